package community_test

import (
	"fmt"

	"entente/analysis/community"
)

// Two pairs that stand together and against each other.
func Example() {
	g, err := community.NewSigned(4, []community.Edge{{A: 0, B: 1, Weight: 3}, {A: 2, B: 3, Weight: 3}, {A: 1, B: 2, Weight: -1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := community.Leiden(g, community.Default())
	fmt.Println(p.Membership, p.Communities, "reached by", p.Reached, "of", p.Runs, err)
	// Output: [0 0 1 1] 2 reached by 10 of 10 <nil>
}
