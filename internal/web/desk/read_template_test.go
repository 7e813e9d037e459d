package desk

import (
	"testing"

	"github.com/jba/templatecheck"

	"entente/internal/message"
)

// TestReadingTemplates checks the templates of reading and coding against what
// they are filled with.
func TestReadingTemplates(t *testing.T) {
	d, err := New(Options{Shell: noShell{}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]any{
		"documents": documentsScreen{}, "upload": uploadScreen{}, "read": readScreen{}, "coding": codingScreen{}, "coverage": coverageScreen{},
		"correct": correctScreen{}, "corrected": correctedScreen{}, "tasks": tasksScreen{}, "task": taskScreen{},
	} {
		if err := templatecheck.CheckHTML(d.templates[message.Languages()[0]].Lookup(name+".html"), data); err != nil {
			t.Errorf("%s.html: %v", name, err)
		}
	}
	if err := templatecheck.CheckHTML(d.templates[message.Languages()[0]].Lookup("readings"), readingList{}); err != nil {
		t.Errorf("readings: %v", err)
	}
}
