package desk

import (
	"testing"

	"github.com/jba/templatecheck"

	"entente/internal/message"
)

// TestReviewTemplates checks the templates of the pages of review against what
// they are filled with.
func TestReviewTemplates(t *testing.T) {
	d, err := New(Options{Shell: noShell{}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]any{
		"queue": queueScreen{}, "disagreements": disagreeScreen{}, "unit": unitScreen{}, "reliability": reliabilityScreen{}, "talk": talkScreen{}, "challenges": challengesScreen{}, "notes": notesScreen{},
	} {
		if err := templatecheck.CheckHTML(d.templates[message.Languages()[0]].Lookup(name+".html"), data); err != nil {
			t.Errorf("%s.html: %v", name, err)
		}
	}
}
