// Package bubble runs a function in virtual time, within limits, and says how
// that ended.
//
// [Run] calls the function in a bubble of package testing/synctest. Virtual time
// passes there only while every goroutine waits for it, or for another one of
// the bubble. It stands still for ever if a goroutine spins, if one waits for a
// mutex whose holder waits for something else, or if one waits for real I/O or
// for a channel from outside. So a watchdog looks from outside, on the real
// clock: at how far the function has come, and at the memory that the process
// holds. When it gives up, the bubble is abandoned with all that is in it, and
// the [Outcome] says what held it up. If the function returned, the Outcome says
// which goroutines it left behind.
//
//	Run ──function──▶ bubble
//	 │                  │ Vitals
//	 └──◀── watchdog ◀──┘
//	           │
//	    goroutine dumps ──▶ diagnosis
package bubble
