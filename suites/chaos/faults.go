package chaos

import "time"

// faults are the kinds of trouble that a seed chooses from. Each lets one
// trouble begin at a time, and end some time later.
var faults = []func(g *generator, at Moment){
	(*generator).changeNetwork,
	(*generator).cutOneWay,
	(*generator).split,
	(*generator).bridge,
	(*generator).isolateOne,
	(*generator).swizzle,
	(*generator).crashOne,
	(*generator).crashEverybody,
	(*generator).crashAtSave,
	(*generator).pauseOne,
	(*generator).slowDisk,
	(*generator).slowApplication,
	(*generator).ambush,
	(*generator).hunt,
}

// trouble draws how long something lasts: from a few messages to a few
// elections.
func (g *generator) trouble() Moment { return g.span(5*time.Millisecond, 3*time.Second) }

func (g *generator) someone() int { return g.rand.IntN(g.Replicas) }

// anyone draws a target: the leader as often as not.
func (g *generator) anyone() *Target {
	t := Leader
	if g.rand.IntN(2) == 0 {
		t = Target(g.someone())
	}
	return &t
}

func (g *generator) changeNetwork(at Moment) { g.add(at, Action{Do: Network, Conditions: g.network()}) }

func (g *generator) cutOneWay(at Moment) {
	from, to := g.someone(), g.someone()
	if from == to {
		to = (from + 1) % g.Replicas
	}
	g.add(at, Action{Do: Cut, From: &from, To: &to})
	g.add(at+g.trouble(), Action{Do: Mend, From: &from, To: &to})
}

// split cuts the cluster in two at a random place.
func (g *generator) split(at Moment) {
	order := g.rand.Perm(g.Replicas)
	n := 1 + g.rand.IntN(g.Replicas-1)
	g.add(at, Action{Do: Partition, Groups: [][]int{order[:n], order[n:]}})
	g.add(at+g.trouble(), Action{Do: Heal})
}

// bridge leaves two halves with one replica that reaches both.
func (g *generator) bridge(at Moment) {
	order := g.rand.Perm(g.Replicas)
	n := g.Replicas / 2
	g.add(at, Action{Do: Partition, Groups: [][]int{order[:n+1], order[n:]}})
	g.add(at+g.trouble(), Action{Do: Heal})
}

func (g *generator) isolateOne(at Moment) {
	g.add(at, Action{Do: Isolate, Replica: g.anyone()})
	g.add(at+g.trouble(), Action{Do: Heal})
}

// swizzle clogs the links of some replicas one by one and releases them in
// another order.
func (g *generator) swizzle(at Moment) {
	end := at + g.trouble()
	for _, from := range g.rand.Perm(g.Replicas)[:1+g.rand.IntN(g.Replicas)] {
		for _, to := range g.rand.Perm(g.Replicas) {
			if from == to || g.rand.IntN(3) == 0 {
				continue
			}
			at += g.span(100*time.Microsecond, 20*time.Millisecond)
			g.add(at, Action{Do: Hold, From: &from, To: &to})
			g.add(max(at, end)+g.span(time.Millisecond, 300*time.Millisecond), Action{Do: Release, From: &from, To: &to})
		}
	}
}

func (g *generator) crashOne(at Moment) {
	g.add(at, Action{Do: Crash, Replica: g.anyone()})
	g.add(at+g.trouble(), Action{Do: RestartAll})
}

func (g *generator) crashEverybody(at Moment) {
	g.add(at, Action{Do: CrashAll})
	g.add(at+g.trouble(), Action{Do: RestartAll})
}

// crashAtSave sets crash points, sometimes for several replicas, so that they
// lose what one of them says it has.
func (g *generator) crashAtSave(at Moment) {
	for range 1 + g.rand.IntN(3) {
		kind := BeforeSave
		if g.rand.IntN(2) == 0 {
			kind = AfterSave
		}
		g.add(at, Action{Do: kind, Replica: g.anyone(), Count: 1 + g.rand.IntN(4)})
	}
	g.add(at+g.span(100*time.Millisecond, 3*time.Second), Action{Do: RestartAll})
}

func (g *generator) pauseOne(at Moment) {
	g.add(at, Action{Do: Pause, Replica: g.anyone(), For: g.trouble()})
}

func (g *generator) slowDisk(at Moment) {
	replica := Target(g.someone())
	g.add(at, Action{Do: SlowStorage, Replica: &replica, For: g.span(5*time.Millisecond, 600*time.Millisecond)})
	g.add(at+g.trouble(), Action{Do: SlowStorage, Replica: &replica})
}

func (g *generator) slowApplication(at Moment) {
	replica := Target(g.someone())
	g.add(at, Action{Do: SlowService, Replica: &replica, For: g.span(time.Millisecond, 100*time.Millisecond)})
	g.add(at+g.trouble(), Action{Do: SlowService, Replica: &replica})
}

// ambush gives a replica commands and takes it away before many others have
// them.
func (g *generator) ambush(at Moment) {
	target := g.anyone()
	g.add(at, Action{Do: Propose, Replica: target, Count: 1 + g.rand.IntN(8)})
	at += g.span(20*time.Microsecond, 40*time.Millisecond)
	if g.rand.IntN(2) == 0 {
		g.add(at, Action{Do: Crash, Replica: target})
		g.add(at+g.trouble(), Action{Do: RestartAll})
	} else {
		g.add(at, Action{Do: Isolate, Replica: target})
		g.add(at+g.trouble(), Action{Do: Heal})
	}
}

// hunt takes one leader after the other away, each with a command that few have
// seen, and lets those before it come back, at times just before the next one
// goes: the paper's Figure 8, over and over.
func (g *generator) hunt(at Moment) {
	leader := Leader
	for range 2 + g.rand.IntN(6) {
		g.add(at, Action{Do: Propose, Replica: &leader, Count: 1})
		at += g.span(50*time.Microsecond, 30*time.Millisecond)
		if g.rand.IntN(2) == 0 {
			g.comeBack(at)
			at += g.span(50*time.Microsecond, 5*time.Millisecond)
		}
		g.add(at, Action{Do: []Kind{Crash, Isolate}[g.rand.IntN(2)], Replica: &leader})
		at += g.span(100*time.Millisecond, 1200*time.Millisecond)
		if g.rand.IntN(3) == 0 {
			back := Target(g.someone())
			g.add(at, Action{Do: Restart, Replica: &back})
			g.add(at, Action{Do: Connect, Replica: &back})
			at += g.span(time.Millisecond, 300*time.Millisecond)
		}
	}
	g.comeBack(at)
}

func (g *generator) comeBack(at Moment) {
	g.add(at, Action{Do: RestartAll})
	g.add(at, Action{Do: Heal})
}
