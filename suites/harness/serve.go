package harness

import (
	"encoding/json"
	"io"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// childVar is the environment variable by which a child process knows that it
// is one.
const childVar = "RAFTCHECK_CHILD"

// IsChild reports whether this process is one that another one started for
// seeds of a single scenario. What it sees is for its parent to report.
func IsChild() bool { return os.Getenv(childVar) != "" }

// A run is one run of a scenario, and how to report it.
type run struct {
	result Result
	report func(Result) report // given the result, once it is known whether it is an issue
}

// An order is what a parent asks of a child, a line of JSON on its standard
// input: to run a seed, unless it is one of the others.
type order struct {
	Seed   uint64
	Report bool `json:",omitempty"` // on the latest run
	End    bool `json:",omitempty"`
}

// An answer is what a child makes of an order, a line of JSON behind answerMark.
type answer struct {
	Busy   bool   `json:",omitempty"` // still at it, and this is all there is to say
	Result Result // of a run
	Report report // on the latest one
}

// answerMark tells answers from what else is printed. JSON has none in it.
const answerMark = 0x16

// toParent is where a child process answers, also if the implementation has
// os.Stdout be something else.
var toParent = os.Stdout

// What a closed terminal and Ctrl-C mean is left to the parent.
func init() {
	if IsChild() {
		signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	}
}

// serve is what a child process does: as it is ordered.
func serve(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario, record *Record) {
	orders := make(chan order)
	go receive(orderly(), orders)
	var latest run
	for o := range orders {
		idle := sayBusy()
		var a answer
		if o.Report {
			a.Report = latest.report(latest.result)
		} else {
			latest = run{} // its trace would fill the memory of the next one
			latest = runHere(t, impl, suite, sc, o.Seed)
			latest.result.Known = record.explained(latest.result.Failure) != nil
			a.Result = latest.result
		}
		idle()
		if err := a.send(toParent); err != nil {
			t.Fatalf("harness: answer the parent process: %v", err)
		}
	}
}

// sayBusy tells the parent now and then that this process still runs goroutines,
// and so its watchdog too, which knows a slow run from one that hangs. It ends
// when idle is called. There is no watchdog on the wall clock.
func sayBusy() (idle func()) {
	if *realtimeFlag {
		return func() {}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(*patienceFlag)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				answer{Busy: true}.send(toParent)
			case <-stop:
				return
			}
		}
	}()
	return func() {
		close(stop)
		<-stopped
	}
}

// orderly returns the standard input as a file that the runtime polls. A goroutine
// that waits in a system call keeps its processor until somebody looks, for up to
// ten milliseconds, and a child process has one only.
func orderly() *os.File {
	if syscall.SetNonblock(syscall.Stdin, true) != nil {
		return os.Stdin
	}
	return os.NewFile(uintptr(syscall.Stdin), os.Stdin.Name())
}

// receive passes orders on, up to the one to end, and ends the process when its
// parent is gone.
func receive(from io.Reader, orders chan<- order) {
	dec := json.NewDecoder(from)
	for {
		var o order
		if dec.Decode(&o) != nil {
			os.Exit(1)
		}
		if o.End {
			close(orders)
			break
		}
		orders <- o
	}
	io.Copy(io.Discard, from)
	os.Exit(1)
}

// send writes the answer at once, so that nothing else that is printed there
// comes between.
func (a answer) send(to io.Writer) error {
	data, err := json.Marshal(a)
	if err != nil {
		return err
	}
	_, err = to.Write(append(append([]byte{answerMark}, data...), '\n'))
	return err
}

// runHere runs a scenario in this process.
func runHere(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario, seed uint64) run {
	r, evidence := RunSeed(t, impl, suite, sc, seed)
	return run{r, func(r Result) report { return evidence.report(t, impl, suite, r) }}
}
