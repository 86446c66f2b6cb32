package schematest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/raftcheck/raftcheck/adapters/process/node"
)

// nodeEnv makes the test binary a node.
const nodeEnv = "SCHEMA_TEST_NODE"

func TestMain(m *testing.M) {
	if os.Getenv(nodeEnv) != "" {
		beNode()
		return
	}
	os.Exit(m.Run())
}

// beNode is a node of three that is no Raft and declares all, so that each event comes:
// replica 0 leads, and commits at once what the others apply at its word.
func beNode() {
	var replica, index int
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var e node.Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			panic(err)
		}
		var more, actions string
		switch e.Event {
		case node.Hello:
			fmt.Println(`{"protocol":1,"name":"test","version":"1","sizes":[3],"features":["Snapshots","ReadIndex","LeaderTransfer","Membership"]}`)
			continue
		case node.Init:
			replica = *e.Replica
			actions = `{"save":{"state":{}}},{"timer":{"id":"t","after":1000000}}`
		case node.Start:
			if replica == 0 {
				index++
				more = fmt.Sprintf(`"index":%d,`, index)
				apply := fmt.Sprintf(`{"apply":{"index":%d,"command":%s}}`, index, quoted(e.Command))
				actions = fmt.Sprintf(`%[1]s,{"send":{"to":1,"body":%[1]s}},{"send":{"to":2,"body":%[1]s}}`, apply)
			}
		case node.Received:
			actions = string(e.Body)
		case node.Snapshot:
			actions = fmt.Sprintf(`{"save":{"state":{},"snapshot":%s}}`, quoted(e.Snapshot))
		case node.Read:
			actions = fmt.Sprintf(`{"read":{"id":%d,"ok":true,"index":0}}`, e.ID)
		case node.Change:
			more, actions = `"ok":true,`, `{"configuration":{"index":3,"members":{"voters":[0,2]}}}`
		}
		fmt.Printf("{\"term\":1,\"leader\":%t,%s\"actions\":[%s]}\n", replica == 0, more, actions)
	}
}

// quoted returns bytes as JSON.
func quoted(data []byte) []byte {
	text, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	return text
}
