package world

// An Absence is a way for a replica to be absent, and to come back.
type Absence struct {
	Leave, ComeBack func(c *Cluster, replica int)
}

var (
	// Away is the absence of a replica that goes on, but cannot be reached.
	Away = Absence{
		func(c *Cluster, replica int) { c.Disconnect(replica) },
		func(c *Cluster, replica int) { c.Connect(replica) },
	}
	// Down is the absence of a replica that has crashed.
	Down = Absence{
		func(c *Cluster, replica int) { c.Crash(replica) },
		func(c *Cluster, replica int) { c.Restart(replica) },
	}
)
