package cli

import (
	"strings"
	"testing"

	"entente"
	"entente/internal/view"
)

// TestChallengesInTheTerminal: a position says that a record of it is
// challenged; with the evidence it says by whom and why.
func TestChallengesInTheTerminal(t *testing.T) {
	stance := string(entente.Affirms)
	v := &view.Position{Stance: &stance, Basis: string(entente.Stated), Evidence: []view.Evidence{{
		ID: "s-1", Kind: "statement", Use: string(entente.Decides), Stance: &stance, Date: "2021-02-19", Source: "x",
		Challenges: []view.Challenge{{ID: "c-1", Text: "It quotes another state.", By: "reader", Date: "2026-11-25"}},
		Quotations: []view.Quotation{{Text: "the very words"}},
	}}}
	for _, c := range []struct {
		evidence bool
		want     []string
	}{
		{false, []string{"challenged: 1 record"}},
		{true, []string{"“the very words”", "challenged by reader, 2026-11-25: “It quotes another state.”"}},
	} {
		p := testPrinter(200, false)
		p.corpus = entente.NewCorpus(entente.Info{}, entente.Records{})
		p.position(0, 0, "", v, c.evidence)
		for _, want := range c.want {
			if !strings.Contains(p.out.String(), want) {
				t.Errorf("evidence %v: no %q in %q", c.evidence, want, p.out.String())
			}
		}
	}
	p := testPrinter(80, false)
	p.challengedOf(0, 0, 12)
	if p.out.String() != "" {
		t.Errorf("it speaks of challenges where there is none: %q", p.out.String())
	}
	p.challengedOf(0, 2, 12)
	if got := p.out.String(); !strings.Contains(got, "2 of 12 records that count are challenged") {
		t.Error(got)
	}
}
