package candidates_test

import (
	"fmt"

	"entente/analysis/candidates"
)

func ExampleTrain() {
	model, err := candidates.Train(
		[]candidates.Example{
			{Text: "no prior notice is needed in urgent cases", Proposition: "notice", Source: "paper-a"},
			{Text: "notice before countermeasures may be dropped", Proposition: "notice", Source: "paper-b"},
		},
		[]candidates.Definition{
			{Proposition: "neutrality", Text: "The law of neutrality applies to cyber operations"},
			{Proposition: "notice", Text: "Countermeasures need no prior notice"},
		},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range model.Rank("Prior notice may be left out.", 3) {
		fmt.Println(c.Proposition, c.Basis, c.Words[0].Text)
	}
	// Output:
	// notice 2 Prior
}
