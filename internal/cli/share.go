package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/store"
)

// what is what a command that shares or seals is about.
type what struct {
	only  bool
	files []string
	why   string
}

func (w *what) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&w.only, "only", false, "only the records named: not the statements made in an instrument, the attributions of an incident, the quotations of a statement")
	f.StringArrayVar(&w.files, "file", nil, "the objects in this STIX bundle, such as an incident report (repeat for more)")
	f.StringVar(&w.why, "why", "", "the `reason`, for one's own people")
	_ = cmd.MarkFlagFilename("file") // only errs for a flag that is not there
}

// read finds the records and reads the files.
func (w *what) read(ctx context.Context, n *node.Node, args []string) ([]datapackage.Ref, []node.File, error) {
	refs, err := recordsNamed(ctx, n.Store, args)
	if err != nil {
		return nil, nil, err
	}
	var files []node.File
	for _, path := range w.files {
		data, err := readWhole(path)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, node.File{Name: path, Data: data})
	}
	return refs, files, nil
}

// recordsNamed finds records by table:id, or by id when only one has it.
func recordsNamed(ctx context.Context, st *store.Store, args []string) ([]datapackage.Ref, error) {
	c, _, err := st.Corpus(ctx)
	if err != nil || len(args) == 0 {
		return nil, err
	}
	byID := map[string][]datapackage.Ref{}
	for _, r := range datapackage.RowsOf(&c.Records) {
		byID[r.ID()] = append(byID[r.ID()], datapackage.Ref{Table: r.Table, ID: r.ID()})
	}
	var out []datapackage.Ref
	var faults entente.Errors
	for _, a := range args {
		table, id, full := strings.Cut(a, ":")
		if full && slices.Contains(datapackage.Tables(), table) {
			out = append(out, datapackage.Ref{Table: table, ID: id})
			continue
		}
		switch found := byID[a]; len(found) {
		case 1:
			out = append(out, found[0])
		case 0:
			ref, err := unpublishedRecord(ctx, st, a)
			if err != nil {
				faults = append(faults, err)
				continue
			}
			out = append(out, ref)
		default:
			var names []string
			for _, f := range found {
				names = append(names, f.Table+":"+f.ID)
			}
			faults = append(faults, invalid(a, "several records have this id", "name one of "+strings.Join(names, ", ")))
		}
	}
	return out, faults.Err()
}

// unpublishedRecord finds a record that is not published, so that what is said of
// it is that.
func unpublishedRecord(ctx context.Context, st *store.Store, id string) (datapackage.Ref, error) {
	for _, table := range datapackage.Tables() {
		if v, err := st.Get(ctx, store.Key{Kind: table, ID: id}); err == nil && v.Layer == "" {
			return datapackage.Ref{Table: table, ID: id}, nil
		}
	}
	return datapackage.Ref{}, noSuch("record", id, "entente search finds records; name one by its id or as table:id")
}

func newShareCommand(app *App, g *global) *cobra.Command {
	var dir, format, lvl, words, until string
	var verbose, stale bool
	var w what
	var r node.Request
	cmd := &cobra.Command{
		Use:   "share [RECORD...]",
		Short: "share records or an incident report with partners, after showing what goes to whom",
		Long: `Share lays records into a collection, from which the members of its communities
take. An instrument goes with the statements made in it, an incident with its
attributions, and everything with what it refers to. --file shares the objects of
a STIX bundle, such as an incident report.

First it shows, object by object, the level and what it follows from, what would be
added, and to which partner the object goes or why not; then it does just that. With
--dry-run it only shows. --plan does it only when the plan is still the one shown.

A record that was changed since goes as a new version; one that was not stays as it
is. RED never goes into a collection: entente seal sends it to named people.`,
		Example: "  entente share est-position-2021 --node trial/estonia --collection trial --level amber --dry-run\n" +
			"  entente share est-position-2021 --node trial/estonia --collection trial --level amber\n" +
			"  entente share --file report.json --node trial/estonia --collection trial --level amber\n" +
			"  entente share --stale --node trial/estonia",
	}
	nodeFlag(cmd, &dir)
	w.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&r.Collection, "collection", "", "the `collection`, by its alias or id")
	f.StringVar(&lvl, "level", "", "the handling level: clear, green, amber, amber+strict; without it the node's level for what is unmarked. What is marked stricter stays so")
	f.StringVar(&words, "words", "", "the level of actors and propositions that go along, when it is more open than --level")
	f.BoolVar(&r.Lower, "lower", false, "allow that what was shared under a stricter level now goes under this one")
	f.StringVar(&until, "until", "", "embargo: nobody gets it before this `instant` (2026-12-31 means the end of that day, UTC)")
	f.BoolVar(&r.DryRun, "dry-run", false, "only show what would be shared with whom")
	f.StringVar(&r.Expect, "plan", "", "share only if the plan is still this one (the `id` that --dry-run shows)")
	f.BoolVar(&stale, "stale", false, "list what is shared and has been changed or retired here since")
	f.BoolVar(&verbose, "verbose", false, "every object by itself, with what it is needed for")
	f.StringVar(&format, "format", "text", "form of the output: text, json")
	complete(cmd, "format", []string{"text", "json"})
	complete(cmd, "level", collectionLevels)
	complete(cmd, "words", collectionLevels)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		if stale {
			return runStale(app, g, dir, format, args)
		}
		if r.Collection == "" {
			return invalid("--collection", "it is not said where to share", "add --collection NAME; entente collection list names them")
		}
		var err error
		if r.Level, err = levelOrNone("--level", lvl); err != nil {
			return err
		}
		if r.Words, err = levelOrNone("--words", words); err != nil {
			return err
		}
		if until != "" {
			if r.Until, err = instant("--until", until); err != nil {
				return err
			}
		}
		r.Who, r.Why, r.Only = g.who(), w.why, w.only
		return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
			if r.Records, r.Files, err = w.read(ctx, n, args); err != nil {
				return err
			}
			return runShare(ctx, app, g, n, r, format, verbose)
		})
	}
	return cmd
}

// runStale lists what partners have that is not what is published here.
func runStale(app *App, g *global, dir, format string, args []string) error {
	if len(args) > 0 {
		return invalid("--stale", "--stale looks at everything that is shared", "leave the records out")
	}
	return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
		list, err := n.Stale(ctx)
		if err != nil {
			return err
		}
		if format == "json" {
			return writeJSON(app, struct {
				Schema string       `json:"schema"`
				Stale  []node.Stale `json:"stale"`
			}{"entente.stale/1", list})
		}
		p := textPrinter(app, g)
		p.flow(0, 2, strong(count(len(list), "record is shared and is", "records are shared and are")+" not what is published here"))
		for _, s := range list {
			p.flow(2, 4, strong(s.Record), plain(": "+s.What+", shared as "+s.Level.String()))
			for _, c := range s.Cells {
				p.pair(4, 16, c.Column, plain(cellOr(c.Before)), quiet(" → "), plain(cellOr(c.After)))
			}
		}
		return p.write(app)
	})
}

func levelOrNone(flag, s string) (handling.TLP, error) {
	if s == "" {
		return 0, nil
	}
	l, err := handling.ParseTLP(s)
	if err != nil {
		return 0, invalid(flag, fmt.Sprintf("there is no level %q", s), "one of clear, green, amber, amber+strict")
	}
	return l, nil
}

// runShare shows the plan, and then does what it says and nothing else.
func runShare(ctx context.Context, app *App, g *global, n *node.Node, r node.Request, format string, verbose bool) error {
	dry := r.DryRun
	expect := r.Expect
	r.DryRun = true
	plan, err := n.Share(ctx, r)
	if err != nil {
		return err
	}
	show := func(plan *node.Plan) error {
		if format == "json" {
			return writeJSON(app, struct {
				Schema string `json:"schema"`
				*node.Plan
			}{"entente.share/1", plan})
		}
		p := textPrinter(app, g)
		planText(p, plan, verbose)
		return p.write(app)
	}
	if dry || format == "text" {
		if err := show(plan); err != nil || dry {
			return err
		}
	}
	r.DryRun = false
	if r.Expect = plan.Digest; expect != "" {
		r.Expect = expect
	}
	if plan, err = n.Share(ctx, r); err != nil {
		return err
	}
	if format == "json" {
		return show(plan)
	}
	_, err = fmt.Fprintf(app.Stdout, "\nDone: %s added to %s.\n", count(plan.Adds, "object", "objects"), clean(collectionName(plan)))
	return closedPipe(err)
}

// writeJSON writes an answer as JSON.
func writeJSON(app *App, v any) error {
	e := json.NewEncoder(app.Stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return closedPipe(e.Encode(v))
}

// textPrinter lays out text that is no page.
func textPrinter(app *App, g *global) *printer {
	p := &printer{width: plainWidth, colour: g.colours(app, false)}
	if w, ok := app.Terminal(); ok && w > 0 {
		p.width = max(leastWidth, min(w, mostWidth))
	}
	return p
}

func (p *printer) write(app *App) error {
	_, err := app.Stdout.Write(p.bytes())
	return closedPipe(err)
}

func collectionName(p *node.Plan) string {
	if p.Collection.Alias != "" {
		return p.Collection.Alias
	}
	return p.Collection.ID
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
