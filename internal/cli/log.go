package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entente/internal/store"
	"entente/internal/view"
	"entente/internal/workbench"
)

func newLogCommand(app *App, g *global) *cobra.Command {
	var out output
	var who, since string
	var limit int
	cmd := &cobra.Command{
		Use:   "log [RECORD]",
		Short: "who changed what in a workbench, when and why",
		Long: `Log lists the commits of a store, the latest first, with the records that each one
wrote. RECORD is table:id, or a table alone. What lies in private layers is never
listed here.`,
		Example: "  entente log --db work.entente\n  entente log statements --db work.entente --who ana --since 2026-11-01\n  entente log propositions:law-ihl --db work.entente --format csv",
		Args:    needs(0, 1, "at most one record"),
	}
	out.flags(cmd, []string{"text", "json", "csv"})
	f := cmd.Flags()
	f.StringVar(&who, "who", "", "only what this `name` wrote")
	f.StringVar(&since, "since", "", "only from this `instant` on (2026-11-28 or 2026-11-28T09:00:00Z)")
	f.IntVar(&limit, "limit", 50, fmt.Sprintf("at most so many commits, 1 to %d", store.MaxList))
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := out.settle(); err != nil {
			return err
		}
		if limit < 1 || limit > store.MaxList {
			return invalid("--limit", fmt.Sprintf("%d is out of range", limit), fmt.Sprintf("expected 1 to %d", store.MaxList))
		}
		ask := store.LogQuery{Who: who, Limit: limit}
		if since != "" {
			at, err := instant("--since", since)
			if err != nil {
				return err
			}
			if len(since) == len(time.DateOnly) { // from the start of that day
				at = at.Add(time.Microsecond - 24*time.Hour)
			}
			ask.Since = at
		}
		if len(args) > 0 {
			ask.Record.Kind, ask.Record.ID, _ = strings.Cut(args[0], ":")
		}
		s, err := g.openStore(store.Options{})
		if err != nil {
			return err
		}
		defer func() { _ = s.Close() }() // nothing was written
		entries, err := s.Log(g.ctx, ask)
		if err != nil {
			return err
		}
		c, _, err := s.Corpus(g.ctx)
		if err != nil {
			return err
		}
		page := workbench.LogPage("Changes, the latest first", entries)
		return out.emit(app, g, view.Builder{Corpus: c}, page, func(p *printer) { logText(p, entries) }, nil)
	}
	return cmd
}

// logMost bounds the records that the text names per commit; the other forms
// list all that the store gives.
const logMost = 8

func logText(p *printer, entries []store.Entry) {
	if len(entries) == 0 {
		p.flow(0, 0, plain("Nothing was changed under these conditions."))
	}
	for i := range entries {
		e := &entries[i]
		p.section(fmt.Sprintf("%d", e.Seq), quiet(" – "+e.At.Format("2006-01-02 15:04:05")+" UTC, "+e.Who+" ("+e.Via+"): "+count(e.Changes, "record", "records")))
		if e.Why != "" {
			p.flow(2, 2, plain(e.Why))
		}
		for j, t := range e.Touched {
			if j == logMost {
				p.flow(2, 2, quiet(fmt.Sprintf("and %d more", e.Changes-logMost)))
				break
			}
			p.flow(2, 4, plain(t.String()), quiet(fmt.Sprintf(" version %d, %s", t.Number, t.State)))
		}
	}
}
