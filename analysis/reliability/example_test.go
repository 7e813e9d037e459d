package reliability_test

import (
	"fmt"

	"entente/analysis/reliability"
)

// Two coders read six passages; they differ on one, by one step of the scale.
func ExampleAlpha() {
	first := []string{"affirms", "affirms", "rejects", "reserved", "affirms-with-conditions", "affirms"}
	second := []string{"affirms", "affirms", "rejects", "reserved", "affirms", "affirms"}
	var ratings []reliability.Rating
	for i := range first {
		unit := fmt.Sprintf("passage %d", i+1)
		ratings = append(ratings,
			reliability.Rating{Unit: unit, Coder: "A", Value: first[i]},
			reliability.Rating{Unit: unit, Coder: "B", Value: second[i]})
	}
	// One coder alone: counted, but paired with nothing.
	ratings = append(ratings, reliability.Rating{Unit: "passage 7", Coder: "A", Value: "doubts"})

	r, err := reliability.Alpha(ratings, reliability.Stances())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("alpha %.2f (%.2f to %.2f, %s), %d of %d units coded twice\n",
		r.Alpha.Value, r.Alpha.Interval.Lo, r.Alpha.Interval.Hi, r.Alpha.Interval.Method, r.PairableUnits, r.Units)
	fmt.Printf("same word in %d of %d pairs\n", r.Agreement.Agreeing, r.Agreement.Pairs)
	fmt.Println("differ:", r.Confusions)
	// Output:
	// alpha 0.87 (-0.10 to 1.00, bootstrap), 6 of 7 units coded twice
	// same word in 5 of 6 pairs
	// differ: [{affirms-with-conditions affirms 1}]
}

// Where everybody chose the same word there is agreement, but no alpha.
func ExampleByGroup() {
	rating := func(unit, coder, value, proposition string) reliability.Grouped {
		return reliability.Grouped{Rating: reliability.Rating{Unit: unit, Coder: coder, Value: value}, Group: proposition}
	}
	table, err := reliability.ByGroup([]reliability.Grouped{
		rating("p1", "A", "affirms", "law-ihl"),
		rating("p1", "B", "affirms", "law-ihl"),
		rating("p2", "A", "affirms", "law-due-diligence"),
		rating("p2", "B", "rejects", "law-due-diligence"),
		rating("p3", "A", "doubts", "law-due-diligence"),
		rating("p3", "B", "doubts", "law-due-diligence"),
	}, reliability.Options{Level: reliability.Nominal}, reliability.Thin)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range table {
		a, s := g.Result.Alpha, g.Result.Agreement
		if !a.Defined() {
			fmt.Printf("%s: no alpha (%s); %d of %d pairs agree, thin %v\n", g.Group, a.Undefined, s.Agreeing, s.Pairs, g.Thin)
			continue
		}
		fmt.Printf("%s: alpha %.2f; %d of %d pairs agree, thin %v\n", g.Group, a.Value, s.Agreeing, s.Pairs, g.Thin)
	}
	// Output:
	// law-due-diligence: alpha 0.40; 1 of 2 pairs agree, thin true
	// law-ihl: no alpha (no-variation); 1 of 1 pairs agree, thin true
}
