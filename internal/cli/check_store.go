package cli

import (
	"encoding/json"
	"fmt"

	"entente/internal/store"
)

// checkStore looks at everything in a store.
func checkStore(app *App, g *global, format string) error {
	if format == "csv" {
		return invalid("--format", "the check of a store cannot be had as csv", "expected text or json")
	}
	s, err := g.openStore(store.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // nothing was written
	bar := newBar(app, "steps")
	c, err := s.Verify(g.ctx, bar.show)
	bar.clear()
	if err != nil {
		return err
	}
	if format == "json" {
		enc := json.NewEncoder(app.Stdout)
		enc.SetIndent("", "  ")
		return closedPipe(enc.Encode(struct {
			Schema string `json:"schema"`
			*store.Check
		}{"entente.check-store/1", c}))
	}
	_, err = fmt.Fprintf(app.Stdout, "No fault: %d commits with %d versions of %d records, %d of them published; %d files; the words of %d records looked up again.\n",
		c.Commits, c.Versions, c.Records, c.Published, c.Blobs, c.Indexed)
	return closedPipe(err)
}
