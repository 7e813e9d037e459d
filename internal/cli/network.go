package cli

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"entente"
	"entente/analysis/compare"
	"entente/analysis/congruence"
	"entente/internal/ingest/events"
	"entente/internal/view"
)

// networkFormats are the forms of a network; an edge has no graph files.
var networkFormats = slices.Concat([]string{"text", "json", "csv", "xlsx"}, view.NetworkFiles, []string{"csl", "bibtex", "ris"})

// networkFlags are the settings of a network.
type networkFlags struct {
	ask        view.NetworkAsk
	asOf       string
	pillars    []string
	issues     []string
	unverified bool
	matrix     bool
	edge       string
	limit      int

	file      string
	columns   events.Columns
	scale     string
	separator string
}

// ofCorpus are the flags that need a corpus, ofEvents those of an event list.
var (
	ofCorpus = []string{"from-data", "as-of", "pillar", "issue", "include-unverified", "corpus"}
	ofEvents = []string{"actor-col", "concept-col", "qualifier-col", "date-col", "document-col", "scale", "separator"}
)

func (n *networkFlags) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	a := &n.ask
	f.StringVar(&a.Mode, "mode", "one", "one: actors with actors; two: actors with what they spoke on")
	f.StringVar(&a.Kind, "kind", "", "what an edge measures: congruence, conflict, subtract or ignore (mode one); subtract, ignore or combine (mode two); the first is taken without it")
	f.StringVar(&a.Norm, "norm", "none", "what a weight is divided by: none, average, jaccard, cosine (mode one); none, activity, prominence (mode two)")
	f.StringVar(&a.Duplicates, "duplicates", "", "of equal events count one per: "+strings.Join(view.NetworkDuplicates, ", ")+"; document without it")
	f.StringVar(&a.Data, "from-data", "", "what of the corpus goes in: "+strings.Join(view.NetworkDataSets, ", ")+"; statements without it")
	f.StringVar(&n.asOf, "as-of", "", "only records certainly dated by this `date`; without it, the corpus's release")
	f.StringSliceVar(&n.pillars, "pillar", nil, "only these pillars: "+joinWords(entente.Pillars))
	f.StringSliceVar(&n.issues, "issue", nil, "only these issues (statements), for example sovereignty")
	f.BoolVar(&n.unverified, "include-unverified", false, "let unverified records count")
	f.StringVar(&a.From, "from", "", "only events certainly on or after this `date`")
	f.StringVar(&a.To, "to", "", "only events certainly on or before this `date`")
	f.StringVar(&a.Window, "window", "", "also a moving window of this `width`: 30d, 8w, 12m, 2y, or 50e for 50 events")
	f.StringVar(&a.Step, "step", "", "move the window by this many of its units; 1 without it")
	f.StringVar(&a.Kernel, "kernel", "", "weigh events by their distance from the middle of the window: "+strings.Join(view.NetworkKernels, ", "))
	f.StringVar(&a.Threshold, "threshold", "", "leave out edges of less absolute `weight`")
	f.StringVar(&a.MinShared, "min-shared", "", "leave out edges on fewer than this `number` of shared concepts (mode one)")
	f.StringVar(&a.Bootstrap, "bootstrap", "", "make the intervals from this `number` of draws; 0 for none; 200 without it, for up to 100,000 events")
	f.StringVar(&a.Seed, "seed", "", "`seed` of every random choice; 1 without it")
	f.BoolVar(&a.Communities, "communities", false, "also camps and how firm they are, known blocs, polarisation, brokers and the backbone (mode one)")
	f.StringVar(&a.Compat, "compat", "", "dna: cosine, weeks, months and categories as the Discourse Network Analyzer 3.1 has them")
	f.BoolVar(&n.matrix, "matrix", false, "with --format csv: the matrix of weights instead of the list of edges")
	f.StringVar(&n.edge, "edge", "", "show what stands behind the edge of `FIRST SECOND`: every record, with source and date")
	f.StringVar(&n.file, "events", "", "analyse this coded event list (CSV `file`) instead of a corpus")
	f.StringVar(&n.columns.Actor, "actor-col", "", "`column` of the actor (actor)")
	f.StringVar(&n.columns.Concept, "concept-col", "", "`column` of the concept (concept)")
	f.StringVar(&n.columns.Qualifier, "qualifier-col", "", "`column` of the stance or value (qualifier); without one only kind ignore has a meaning")
	f.StringVar(&n.columns.Date, "date-col", "", "`column` of the date (date)")
	f.StringVar(&n.columns.Document, "document-col", "", "`column` of the document (document)")
	f.StringVar(&n.scale, "scale", "", "what the qualifier means: "+strings.Join(events.Scales, ", ")+", or MIN:MAX; auto without it")
	f.StringVar(&n.separator, "separator", "", "what parts the columns: comma, semicolon or tab; without it, what the first line has most")
	limitFlag(cmd, &n.limit, 20)
	_ = cmd.MarkFlagFilename("events", "csv", "tsv", "txt", "gz") // only errs for a flag that is not there
	complete(cmd, "mode", view.NetworkModes)
	complete(cmd, "kind", []string{"congruence", "conflict", "subtract", "ignore", "combine"})
	complete(cmd, "norm", slices.Concat(view.NetworkNorms("one"), view.NetworkNorms("two")[1:]))
	complete(cmd, "duplicates", view.NetworkDuplicates)
	complete(cmd, "from-data", view.NetworkDataSets)
	complete(cmd, "kernel", view.NetworkKernels)
	complete(cmd, "compat", []string{"dna"})
	complete(cmd, "pillar", entente.Pillars)
	complete(cmd, "scale", events.Scales)
}

func newNetworkCommand(app *App, g *global) *cobra.Command {
	n := &networkFlags{}
	var out output
	cmd := &cobra.Command{
		Use:   "network",
		Short: "who says the same as whom: networks, camps, and what stands behind each edge",
		Long: `Network turns statements, acts or votes of the corpus, or a coded event list of
your own, into a discourse network. Silence adds nothing to any measure. Each
edge has its interval, the number of concepts that both addressed, and the
records behind it (--edge). An edge says that coded records agree, not that
actors cooperate or influence each other.`,
		Example: `  entente network --kind subtract --norm average --communities
  entente network --edge est jpn
  entente network --from-data votes --format gexf --output votes.gexf
  entente network --events mine.csv --actor-col speaker --concept-col claim --format graphml`,
		Args:              needs(0, 1, "no arguments; --edge takes two names"),
		ValidArgsFunction: completeActors(g),
	}
	n.flags(cmd)
	out.flags(cmd, networkFormats)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := n.fits(cmd, args, &out); err != nil {
			return err
		}
		page, b, err := n.page(app, g, args, &out)
		if err != nil {
			return networkPlace(err)
		}
		if edge, ok := page.Data.(*view.NetworkEdgePage); ok {
			return out.emit(app, g, b, page, func(p *printer) { networkEdgeText(p, edge) }, nil)
		}
		v, err := data[*view.Network](page)
		if err != nil {
			return err
		}
		if n.matrix {
			page.Table = v.Matrix()
		}
		return networkPlace(out.emit(app, g, b, page, func(p *printer) { networkText(p, v, n.limit) }, func(format string) ([]byte, error) {
			var buf bytes.Buffer
			err := v.WriteFile(&buf, format, page.Title)
			return buf.Bytes(), err
		}))
	}
	return cmd
}

// fits checks what the flags say about each other.
func (n *networkFlags) fits(cmd *cobra.Command, args []string, out *output) error {
	if err := out.settle(); err != nil {
		return err
	}
	changed := cmd.Flags().Changed
	for _, name := range ofCorpus {
		if n.file != "" && changed(name) {
			return invalid("--"+name, "an event list has no corpus", "leave out --"+name+" or --events")
		}
	}
	for _, name := range ofEvents {
		if n.file == "" && changed(name) {
			return invalid("--"+name, "there is no event list", "add --events FILE")
		}
	}
	switch {
	case n.file != "" && slices.Contains([]string{"csl", "bibtex", "ris"}, out.format):
		return invalid("--format", "an event list has no sources to cite", "the forms are text, json, csv, xlsx, "+strings.Join(view.NetworkFiles, ", "))
	case n.matrix && out.format != "csv":
		return invalid("--matrix", "the matrix is a CSV file", "add --format csv")
	case n.matrix && n.edge != "":
		return invalid("--matrix", "one edge has no matrix", "leave out one of the two")
	case n.matrix && n.ask.Window != "":
		return invalid("--matrix", "a moving window has many matrices", "leave out --window and use --from and --to")
	case n.edge == "" && len(args) > 0:
		return invalid("", fmt.Sprintf("network takes no arguments; %q given", args[0]), "usage: "+cmd.UseLine())
	case n.edge != "" && slices.Contains(view.NetworkFiles, out.format):
		return invalid("--format", "one edge is no network", "the forms of an edge are text, json, csv, xlsx, csl, bibtex, ris")
	case n.edge != "" && n.ask.Window != "":
		return invalid("--window", "one edge is shown for one range of dates", "use --from and --to")
	case n.edge != "" && n.ask.Communities:
		return invalid("--communities", "camps are read off the whole network", "leave out one of the two")
	}
	return limitOK(n.limit)
}

// ends gives the two names of --edge.
func (n *networkFlags) ends(args []string) (first, second string, err error) {
	if len(args) == 1 {
		return n.edge, args[0], nil
	}
	first, second, ok := strings.Cut(n.edge, ",")
	if !ok || strings.TrimSpace(first) == "" || strings.TrimSpace(second) == "" {
		return "", "", invalid("--edge", "an edge has two ends", "for example --edge est jpn")
	}
	return strings.TrimSpace(first), strings.TrimSpace(second), nil
}

func (n *networkFlags) page(app *App, g *global, args []string, out *output) (*view.Page, view.Builder, error) {
	n.ask.Layout = slices.Contains(view.NetworkFiles, out.format) || out.format == "json"
	var first, second string
	var err error
	if n.edge != "" {
		if first, second, err = n.ends(args); err != nil {
			return nil, view.Builder{}, err
		}
	}
	if n.file != "" {
		page, err := n.eventPage(app, first, second)
		return page, view.Builder{Corpus: entente.NewCorpus(entente.Info{}, entente.Records{})}, err
	}
	c := choice{asOf: n.asOf, pillars: n.pillars, issues: n.issues, unverified: n.unverified}
	o, err := c.options()
	if err != nil {
		return nil, view.Builder{}, err
	}
	b, err := g.open()
	if err != nil {
		return nil, b, err
	}
	noteDate(app, b, o.AsOf)
	page, err := n.corpusPage(b, first, second, o)
	return page, b, err
}

func (n *networkFlags) corpusPage(b view.Builder, first, second string, o compare.Options) (*view.Page, error) {
	if n.edge != "" {
		return b.NetworkEdge(first, second, n.ask, o)
	}
	return b.Network(n.ask, o)
}

func (n *networkFlags) eventPage(app *App, first, second string) (*view.Page, error) {
	separators := map[string]rune{"": 0, "comma": ',', "semicolon": ';', "tab": '\t'}
	sep, ok := separators[n.separator]
	if !ok {
		return nil, invalid("--separator", fmt.Sprintf("there is no separator %q", n.separator), "expected comma, semicolon or tab")
	}
	in, done, err := openFile(n.file)
	if err != nil {
		return nil, reading(err)
	}
	defer done()
	ev, report, err := events.Read(n.file, in, events.Options{Columns: n.columns, Scale: n.scale, Separator: sep})
	if err != nil {
		return nil, err
	}
	if report.Scale == "none" && n.ask.Kind != string(congruence.Ignore) {
		return nil, invalid("--qualifier-col", "no column says what is said of a concept, so nothing can agree or disagree", "name the column, or use --kind ignore")
	}
	app.note("%s: %d rows; scale %s%s; columns %s", n.file, report.Rows, report.Scale, fromData(report), readColumns(report.Columns))
	if n.edge != "" {
		return view.EventNetworkEdge(first, second, n.ask, n.file, ev)
	}
	return view.EventNetwork(n.ask, n.file, ev)
}

// reading turns the name of another command's work in an error into this one's.
func reading(err error) error {
	if e, ok := errors.AsType[*entente.Error](err); ok {
		moved := *e
		moved.Op = "read events"
		return &moved
	}
	return err
}

func fromData(r *events.Report) string {
	if r.FromData {
		return " (read off the values; --scale sets it)"
	}
	return ""
}

func readColumns(c events.Columns) string {
	var out []string
	for _, x := range [][2]string{{"actor", c.Actor}, {"concept", c.Concept}, {"qualifier", c.Qualifier}, {"date", c.Date}, {"document", c.Document}} {
		name := x[1]
		if name == "" {
			name = "not read"
		}
		out = append(out, x[0]+": "+name)
	}
	return strings.Join(out, ", ")
}

// networkPlace names the flag where a view names a setting.
func networkPlace(err error) error {
	e, ok := ownError(err)
	settings := []string{"mode", "kind", "norm", "duplicates", "from-data", "from", "to", "window", "step", "kernel", "threshold", "min-shared", "bootstrap", "seed", "compat", "edge", "issue", "scale"}
	if ok && slices.Contains(settings, e.Place) {
		moved := *e
		moved.Place = "--" + e.Place
		return &moved
	}
	return err
}
