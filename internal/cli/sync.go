package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/exchange/node"
)

// watchCompare is how often a sync that watches also holds the manifests against
// what is kept.
const watchCompare = time.Hour

func newSyncCommand(app *App, g *global) *cobra.Command {
	var dir, format string
	var watch, quick, anew bool
	var every time.Duration
	cmd := &cobra.Command{
		Use:   "sync PARTNER",
		Short: "read what a partner shares into the inbox, and give receipts",
		Long: `Sync reads every collection of a partner that this node may read into the inbox,
holds the partner's manifests against what is kept, gives receipts for what came,
and looks at the partner's log, which it cosigns. It goes on where the last sync
ended, also after a kill. Nothing that comes in counts in any figure before somebody
has accepted it (entente inbox).

Exit code 4 when something was found that a person must see: a log that tells two
histories, or an object that is not what the partner's log says.`,
		Example: "  entente sync japan --node trial/estonia\n  entente sync japan --node trial/estonia --watch --every 30s",
		Args:    needs(1, 1, "the partner"),
	}
	nodeFlag(cmd, &dir)
	f := cmd.Flags()
	f.BoolVar(&watch, "watch", false, "go on until stopped")
	f.DurationVar(&every, "every", 30*time.Second, "with --watch: wait so long between two syncs")
	f.BoolVar(&quick, "quick", false, "only what is new: without holding the manifests against what is kept")
	f.BoolVar(&anew, "anew", false, "read everything again from the start; what is here already comes to nothing")
	f.StringVar(&format, "format", "text", "form of the output: text, json")
	complete(cmd, "format", []string{"text", "json"})
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		if every < time.Second {
			return invalid("--every", "that is too often", "at least 1s")
		}
		n, err := g.openNodeWith(dir, node.Options{Logger: lines(app, false)})
		if err != nil {
			return err
		}
		defer func() { _ = n.Close() }() // what was written was committed
		s := syncing{app: app, n: n, partner: args[0], json: format == "json", o: node.SyncOptions{Compare: !quick, Anew: anew}}
		if !watch {
			return s.once(g.ctx)
		}
		return s.watch(g.ctx, every, quick)
	}
	return cmd
}

// syncing is a sync command at work.
type syncing struct {
	app     *App
	n       *node.Node
	partner string
	json    bool
	o       node.SyncOptions
}

// once syncs and shows the report. What a person must see is a Conflict.
func (s *syncing) once(ctx context.Context) error {
	bar := newProgress(s.app)
	s.o.Progress = func(p node.Progress) {
		if bar.on {
			fmt.Fprintf(s.app.Stderr, "\r\x1b[K%s: %d objects", clean(p.Collection), p.Objects)
		}
	}
	r, err := s.n.Sync(ctx, s.partner, s.o)
	bar.end()
	if r == nil {
		return err
	}
	if werr := s.show(r); werr != nil {
		return werr
	}
	switch {
	case err != nil:
		return err
	case len(r.Findings) > 0:
		return &entente.Error{Kind: entente.Conflict, Op: "sync", Place: s.partner, Msg: fmt.Sprintf("%d findings that a person must see: %s", len(r.Findings), r.Findings[0].What), Hint: "docs/exchange.md tells what each means"}
	case len(r.Faults) > 0:
		return &entente.Error{Kind: entente.Unavailable, Op: "sync", Place: s.partner, Msg: "not everything could be done: " + r.Faults[0], Hint: "the next sync tries again"}
	}
	return nil
}

func (s *syncing) show(r *node.Report) error {
	if s.json {
		return writeJSON(s.app, struct {
			Schema string `json:"schema"`
			*node.Report
		}{"entente.sync/1", r})
	}
	_, err := io.WriteString(s.app.Stdout, syncText(r))
	return closedPipe(err)
}

// watch syncs again and again. Faults are shown and tried again, with longer waits.
func (s *syncing) watch(ctx context.Context, every time.Duration, quick bool) error {
	wait := every
	var compared time.Time
	for {
		s.o.Compare = !quick && time.Since(compared) > watchCompare
		err := s.once(ctx)
		switch {
		case ctx.Err() != nil:
			return nil // stopped, as asked
		case err == nil:
			wait = every
			if s.o.Compare {
				compared = time.Now()
			}
		case entente.KindOf(err) == entente.Invalid || entente.KindOf(err) == entente.NotFound:
			return err // nothing that waiting mends
		default:
			fmt.Fprintln(s.app.Stderr, "error:", clean(err.Error()))
			wait = min(2*wait, max(10*time.Minute, every))
		}
		s.o.Anew = false
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-t.C:
		}
	}
}

func syncText(r *node.Report) string {
	var b strings.Builder
	line := func(format string, args ...any) { b.WriteString(clean(fmt.Sprintf(format, args...)) + "\n") }
	line("%s: %d new", r.Partner, r.New())
	for _, c := range r.Collections {
		line("  %s: %d read, %d new%s", nameOf(c), c.Objects, c.New, pulledNotes(c))
		for _, x := range c.Refusals {
			line("    refused: %s", x)
		}
		for _, k := range c.Missing {
			line("    missing: %s %s", k.ID, k.Version)
		}
		for _, k := range c.Withdrawn {
			line("    gone without a word: %s %s", k.ID, k.Version)
		}
	}
	if r.Sealed > 0 {
		line("  sealed envelopes: %d new", r.Sealed)
	}
	if r.Receipts.Acknowledged+r.Receipts.Waiting+r.Receipts.Refused > 0 {
		line("  receipts: %d given, %d waiting, %d refused", r.Receipts.Acknowledged, r.Receipts.Waiting, r.Receipts.Refused)
	}
	if r.Witness.Cosigned {
		line("  log: %d leaves, cosigned", r.Witness.Size)
	}
	troubles(line, r.Findings, r.Faults)
	return b.String()
}

// troubles tells what was found and what could not be done.
func troubles(line func(format string, args ...any), findings []node.Finding, faults []string) {
	for _, f := range findings {
		line("  FOUND %s: %s %s", f.What, f.Why, f.Object)
	}
	for _, f := range faults {
		line("  not done: %s", f)
	}
}

func nameOf(c node.Pulled) string {
	if c.Title != "" {
		return c.Title
	}
	return c.ID
}

func pulledNotes(c node.Pulled) string {
	var out string
	if c.Red > 0 {
		out += fmt.Sprintf(", %d of them RED, which belongs to named people only", c.Red)
	}
	if c.Refused > 0 {
		out += fmt.Sprintf(", %d refused", c.Refused)
	}
	if c.Found > 0 {
		out += fmt.Sprintf(", %d missed before and fetched now", c.Found)
	}
	if c.Compared && len(c.Missing) == 0 {
		out += ", nothing missing"
	}
	if !c.Done {
		out += ", not read to the end"
	}
	return out
}
