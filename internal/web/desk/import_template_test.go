package desk

import (
	"testing"

	"github.com/jba/templatecheck"

	"entente/internal/message"
)

// TestImportTemplates checks the templates of imports against what they are
// filled with.
func TestImportTemplates(t *testing.T) {
	d, err := New(Options{Shell: noShell{}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]any{"import": importScreen{}, "mapping": mappingScreen{}, "import-preview": planScreen{}} {
		if err := templatecheck.CheckHTML(d.templates[message.Languages()[0]].Lookup(name+".html"), data); err != nil {
			t.Errorf("%s.html: %v", name, err)
		}
	}
}
