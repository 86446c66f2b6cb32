//go:build !race

package lock

func raceIgnore() {}

func raceHeed() {}

func raceAcquired(*Lock, Mode) {}

func raceReleased(*Lock, Mode) {}
