package centrality_test

import (
	"fmt"

	"entente/analysis/centrality"
)

// The middle of a path of three carries the only path between the others.
func Example() {
	g, err := centrality.New(3, []centrality.Edge{{A: 0, B: 1, Weight: 1}, {A: 1, B: 2, Weight: 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	between, err := g.Betweenness(centrality.Hops, nil)
	fmt.Println(between, err)
	// Output: [0 1 0] <nil>
}
