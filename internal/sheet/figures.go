package sheet

import (
	"fmt"
	"slices"
	"strings"

	"entente/internal/view"
)

// figures tells the figures of a comparison with what they were counted from.
func figures(v *view.Compare) []string {
	s := v.Summary
	var parts []string
	for name, n := range s.Outcomes {
		parts = append(parts, fmt.Sprintf("%s %d", strings.ReplaceAll(name, "-", " "), n))
	}
	slices.Sort(parts)
	out := []string{
		fmt.Sprintf("Outcomes, of %s: %s.", counted(s.Propositions, "proposition"), strings.Join(parts, ", ")),
		fmt.Sprintf("On %d of them all had the chance to speak and were looked at; on %d all took a side, which is the base of agreement, contested ones (%d) apart. Unverified records left out: %d.",
			s.CouldAddress, s.AllSpoke, s.Contested, s.LeftOut),
	}
	if a := s.Agreement; a != nil && a.N > 0 {
		text := fmt.Sprintf("The same side on %d of %d", a.Agreed, a.N)
		if len(a.Exact) == 2 {
			text += fmt.Sprintf(" (exact 95 %% interval %.0f to %.0f %%)", 100*a.Exact[0], 100*a.Exact[1])
		}
		if a.Thin {
			text += "; few, so the evidence is thin"
		}
		out = append(out, text+".")
	}
	return out
}
