package congruence_test

import (
	"fmt"

	"entente/analysis/congruence"
)

// Two actors affirm, one rejects; the network says who agrees, over how many
// shared concepts, and which events say so.
func Example() {
	ev := &congruence.Events{
		Actors:    []string{"A", "B", "C"},
		Concepts:  []string{"due diligence", "countermeasures"},
		Scale:     congruence.Stances(),
		Actor:     []int32{0, 1, 2, 0, 1},
		Concept:   []int32{0, 0, 0, 1, 1},
		Qualifier: []float64{2, 2, -2, 2, 1},
		ID:        []string{"s1", "s2", "s3", "s4", "s5"},
	}
	o := congruence.Default()
	o.Duplicates = congruence.KeepAll // the events name no documents
	nw, err := congruence.New(ev, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range nw.Edges() {
		fmt.Println(nw.Rows[e.A], nw.Rows[e.B], e.Weight, "over", e.Shared, "concepts:", nw.EventIDs(e.A, e.B))
	}
	o.Norm = "percent"
	_, err = congruence.New(ev, o)
	fmt.Println(err)
	// Output:
	// A B 1.75 over 2 concepts: [s4 s5 s1 s2]
	// the normalisation of a one-mode network cannot be "percent" (write one of: none, average, jaccard, cosine)
}
