package candidates

import "testing"

func BenchmarkRank10000Paragraphs200Propositions(b *testing.B) {
	p := plant(200, 1)
	m, err := Train(p.examples(50, 100), nil)
	if err != nil {
		b.Fatal(err)
	}
	paragraphs := make([]string, 10_000)
	for i := range paragraphs {
		paragraphs[i] = p.passage(i%200, 80)
	}
	for b.Loop() {
		for _, s := range paragraphs {
			m.Rank(s, 5)
		}
	}
}

func BenchmarkTrain100000Examples(b *testing.B) {
	p := plant(200, 1)
	examples := p.examples(500, 1000)
	for b.Loop() {
		if _, err := Train(examples, nil); err != nil {
			b.Fatal(err)
		}
	}
}
