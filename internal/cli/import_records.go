package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/auth"
	"entente/internal/ingest"
	"entente/internal/ingest/all"
	"entente/internal/store"
	"entente/internal/view"
	"entente/internal/workbench"
)

// importAsk holds the flags of import records.
type importAsk struct {
	kind, table, settings, guess, apply string
}

func newImportRecordsCommand(app *App, g *global) *cobra.Command {
	var out output
	var ask importAsk
	kinds := make([]string, len(all.Kinds))
	var long strings.Builder
	long.WriteString(`Records reads a file into a workbench (--db). Without --apply it only says, row by
row, what would become of it. Importing the same file twice changes nothing the
second time.

Tables with any columns need settings that say which column means what: --guess
FILE writes a first version to look through, --settings FILE uses it.

Kinds:
`)
	for i, k := range all.Kinds {
		kinds[i] = k.Name
		fmt.Fprintf(&long, "  %-12s %s\n", k.Name, k.About)
	}
	cmd := &cobra.Command{
		Use:   "records FILE",
		Short: "read a table, a project of another program or references into a workbench",
		Long:  long.String(),
		Example: "  entente import records coded.xlsx --table statements --guess mapping.json\n" +
			"  entente import records coded.xlsx --settings mapping.json --db work.entente\n" +
			"  entente import records coded.xlsx --settings mapping.json --db work.entente --apply draft",
		Args: needs(1, 1, "one file"),
	}
	out.flags(cmd, []string{"text", "json", "csv"})
	f := cmd.Flags()
	f.StringVar(&ask.kind, "kind", "", "kind of file, when its name does not tell: "+strings.Join(kinds, ", "))
	f.StringVar(&ask.table, "table", "", "the table that the rows become, for --guess, for example statements")
	f.StringVar(&ask.settings, "settings", "", "how to read it: a `file` written by --guess or saved in the browser")
	f.StringVar(&ask.guess, "guess", "", "write settings to start from into this new `file`, and stop")
	f.StringVar(&ask.apply, "apply", "", "write the records as draft, in-review or published")
	complete(cmd, "kind", kinds)
	complete(cmd, "apply", []string{"draft", "in-review", "published"})
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := out.settle(); err != nil {
			return err
		}
		data, err := readWhole(args[0])
		if err != nil {
			return err
		}
		name := filepath.Base(args[0])
		s, err := ask.choose(app, name, data)
		if err != nil || ask.guess != "" {
			return err
		}
		page, corpus, err := g.importRecords(app, name, data, s, store.State(ask.apply))
		if err != nil {
			return err
		}
		return out.emit(app, g, view.Builder{Corpus: corpus}, page, func(p *printer) { importText(p, page, ask.apply != "") }, nil)
	}
	return cmd
}

// readWhole reads a file of bounded size.
func readWhole(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "import", Place: path, Msg: "there is no such file", Hint: "check the path"}
	}
	if err != nil {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "import", Place: path, Msg: "the file cannot be opened", Err: err}
	}
	defer func() { _ = f.Close() }() // only read
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "import", Place: path, Msg: "this is a folder", Hint: "name a file; a corpus in a folder is imported as a ZIP file"}
	}
	data, err := io.ReadAll(io.LimitReader(f, all.MaxVotes+1))
	if err != nil {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "import", Place: path, Msg: "the file cannot be read", Err: err}
	}
	return data, nil
}

// choose gives the settings to read the file by.
func (a *importAsk) choose(app *App, name string, data []byte) (all.Settings, error) {
	switch {
	case a.settings != "" && a.guess != "":
		return all.Settings{}, invalid("--guess", "--guess and --settings exclude each other", "give one of them")
	case a.settings != "":
		raw, err := readWhole(a.settings)
		if err != nil {
			return all.Settings{}, err
		}
		return all.Load(filepath.Base(a.settings), raw)
	}
	kind := a.kind
	if kind == "" {
		if kind = all.KindOf(name); kind == "" {
			return all.Settings{}, invalid("--kind", "the name of the file does not tell what it is", "add --kind; entente import records --help lists the kinds")
		}
	}
	s, notes, err := all.Guess(name, data, kind, a.table)
	if err != nil {
		return s, err
	}
	for _, n := range notes {
		app.note("%s", n)
	}
	if a.guess == "" {
		return s, nil
	}
	raw, err := s.Save()
	if err != nil {
		return s, err
	}
	if err := newFile(a.guess, func(w io.Writer) error { _, err := w.Write(raw); return err }); err != nil {
		return s, err
	}
	_, err = fmt.Fprintf(app.Stdout, "%s: settings to look through; use them with --settings %s\n", clean(a.guess), clean(a.guess))
	return s, closedPipe(err)
}

// importRecords previews, and applies when a state is given.
func (g *global) importRecords(app *App, name string, data []byte, s all.Settings, state store.State) (*view.Page, *entente.Corpus, error) {
	db, err := g.openStore(store.Options{})
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = db.Close() }() // every write is acknowledged already
	b := workbench.New(db, workbench.Options{Via: "cli"})
	u := workbench.User{Name: g.who(), Role: auth.Admin}
	r, err := b.Resolver(g.ctx)
	if err != nil {
		return nil, nil, err
	}
	proposal, err := all.Read(g.ctx, name, data, s, r)
	if err != nil {
		return nil, nil, err
	}
	page, err := preview(g.ctx, app, b, u, proposal, state)
	if err != nil {
		return nil, nil, err
	}
	c, _, err := db.Corpus(g.ctx)
	return page, c, err
}

func preview(ctx context.Context, app *App, b *workbench.Bench, u workbench.User, p *ingest.Proposal, state store.State) (*view.Page, error) {
	plan, err := b.Preview(ctx, u, p)
	if err != nil {
		return nil, err
	}
	if state == "" {
		return plan.Page(), nil
	}
	bar := newBar(app, "records")
	done, err := b.Apply(ctx, u, plan, state, func(n, total int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return bar.show(int64(n), int64(total))
	})
	bar.clear()
	if err != nil {
		return nil, err
	}
	return done.Page(), nil
}

// importMost bounds the rows that the text lists of each outcome.
const importMost = 20

// importText tells the rows that need a look; the other forms list all.
func importText(p *printer, page *view.Page, applied bool) {
	t := page.Table
	outcome := -1
	for i, h := range t.Header {
		if h == "outcome" {
			outcome = i
		}
	}
	counts, order := map[string]int{}, []string{}
	for _, row := range t.Rows {
		if counts[row[outcome]] == 0 {
			order = append(order, row[outcome])
		}
		counts[row[outcome]]++
	}
	for _, o := range order {
		p.flow(0, 2, plain(fmt.Sprintf("%s: %s", o, count(counts[o], "row", "rows"))))
	}
	for _, o := range []string{"problem", "conflict"} {
		shown := 0
		for _, row := range t.Rows {
			if row[outcome] != o || shown == importMost {
				continue
			}
			if shown == 0 {
				p.section(o)
			}
			shown++
			p.flow(2, 4, plain(strings.Join(filled(row), "; ")))
		}
		if counts[o] > shown {
			p.flow(2, 4, quiet(fmt.Sprintf("and %d more: --format csv lists them", counts[o]-shown)))
		}
	}
	if !applied {
		p.flow(0, 0, quiet("Nothing was written: add --apply draft to write the records."))
	}
}

func filled(row []string) (out []string) {
	for _, c := range row {
		if c != "" {
			out = append(out, c)
		}
	}
	return out
}
