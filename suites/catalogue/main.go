// Command catalogue writes docs/scenarios.md from the suites' tables. Run it in
// the root of the module:
//
//	go run ./suites/catalogue
package main

import (
	"log"
	"os"

	"github.com/raftcheck/raftcheck/suites"
)

func main() {
	if err := os.WriteFile("docs/scenarios.md", []byte(suites.Catalogue()), 0o666); err != nil {
		log.Fatal(err)
	}
}
