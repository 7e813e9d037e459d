package desk

import (
	"testing"

	"github.com/jba/templatecheck"

	"entente/internal/message"
)

// TestTemplates checks each template of these pages against what it is filled
// with; the pages of other areas are checked by their own tests.
func TestTemplates(t *testing.T) {
	d, err := New(Options{Shell: noShell{}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]any{
		"start": startScreen{}, "record": recordScreen{}, "log": logScreen{}, "commit": commitScreen{}, "account": accountScreen{}, "accounts": accountsScreen{},
		"one-account": oneAccountScreen{}, "audit": auditScreen{}, "signin": signInScreen{},
	} {
		if err := templatecheck.CheckHTML(d.templates[message.Languages()[0]].Lookup(name+".html"), data); err != nil {
			t.Errorf("%s.html: %v", name, err)
		}
	}
}

// noShell is a shell without a site.
type noShell struct{ Shell }

// Asset names no file.
func (noShell) Asset(string) string { return "" }
