package cli

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/archive"
	"entente/internal/ingest/rollcall"
	"entente/internal/ingest/undl"
	"entente/internal/ingest/voeten"
)

func newImportCommand(app *App, g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "import",
		Short:   "read a file that others publish",
		Example: "  entente import votes UNVotes.csv --kind voeten --output my-votes",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	under(cmd, "Files:", newImportRecordsCommand(app, g), newImportVotesCommand(app, g), newImportThreatsCommand(app, g))
	return cmd
}

// voteImporters is the one list of vote files that can be read.
var voteImporters = []struct {
	kind, about string
	read        func(name string, in io.Reader, registry []archive.Seat) (*archive.Archive, *rollcall.Report, error)
}{
	{"voeten", "raw votes of the Harvard Dataverse, doi:10.7910/DVN/LEJUQZ (CSV)", voeten.Import},
	{"undl", "voting data of the United Nations library, record 4060887 (CSV of 2024, 2025 or 2026)", undl.Import},
}

func newImportVotesCommand(app *App, g *global) *cobra.Command {
	var kind, dir, format string
	var kinds []string
	var long strings.Builder
	long.WriteString("Votes reads a file of recorded votes that you downloaded and writes it as a vote\narchive, which the votes commands take with --archive DIR. It reports the rows\nused and skipped, states that it does not know, and tallies that do not add up.\n\nKinds:\n")
	for _, x := range voteImporters {
		kinds = append(kinds, x.kind)
		fmt.Fprintf(&long, "  %-8s %s\n", x.kind, x.about)
	}
	cmd := &cobra.Command{
		Use:     "votes FILE",
		Short:   "make a vote archive from a downloaded file of recorded votes",
		Long:    long.String(),
		Example: "  entente import votes UNVotes.csv --kind voeten --output my-votes\n  entente votes agree est jpn --archive my-votes --session 79",
		Args:    needs(1, 1, "one file, CSV or CSV packed with gzip"),
	}
	f := cmd.Flags()
	f.StringVar(&kind, "kind", "", "kind of file: "+strings.Join(kinds, " or "))
	f.StringVar(&dir, "output", "", "write the archive into this new `folder`; without it only the report is made")
	f.StringVar(&format, "format", "text", "form of the report: text or json")
	complete(cmd, "kind", kinds)
	complete(cmd, "format", []string{"text", "json"})
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if format != "text" && format != "json" {
			return invalid("--format", fmt.Sprintf("there is no format %q here", format), "the formats of this command are text, json")
		}
		for _, x := range voteImporters {
			if x.kind != kind {
				continue
			}
			unga, err := archive.UNGA()
			if err != nil {
				return err
			}
			in, done, err := openFile(args[0])
			if err != nil {
				return err
			}
			defer done()
			a, report, err := x.read(args[0], in, unga.Seats)
			if err != nil {
				return err
			}
			if dir != "" {
				if err := archive.WriteDir(a, dir); err != nil {
					return err
				}
			}
			return closedPipe(writeReport(app, report, dir, format))
		}
		if kind == "" {
			return invalid("--kind", "it is not said what kind of file this is", "give --kind "+strings.Join(kinds, " or --kind "))
		}
		return invalid("--kind", fmt.Sprintf("there is no kind %q", kind), "the kinds are "+strings.Join(kinds, ", "))
	}
	return cmd
}

// openFile opens a file, unpacking gzip by what it begins with.
func openFile(path string) (io.Reader, func(), error) {
	fail := func(kind entente.Kind, msg, hint string, err error) error {
		return &entente.Error{Kind: kind, Op: "import votes", Place: path, Msg: msg, Hint: hint, Err: err}
	}
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fail(entente.NotFound, "there is no such file", "check the path", nil)
	case errors.Is(err, fs.ErrPermission):
		return nil, nil, fail(entente.Denied, "the file may not be read", "check its permissions", nil)
	case err != nil:
		return nil, nil, fail(entente.Unavailable, "the file cannot be opened", "", err)
	}
	done := func() { _ = f.Close() }
	if st, err := f.Stat(); err == nil && st.IsDir() {
		done()
		return nil, nil, fail(entente.Invalid, "this is a folder", "name the CSV file in it", nil)
	}
	in := bufio.NewReader(f)
	if head, err := in.Peek(2); err == nil && head[0] == 0x1f && head[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			done()
			return nil, nil, fail(entente.Invalid, "this looks like gzip, but cannot be unpacked", "", err)
		}
		return z, done, nil
	}
	return in, done, nil
}

func writeReport(app *App, r *rollcall.Report, dir, format string) error {
	if format == "json" {
		enc := json.NewEncoder(app.Stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(struct {
			Schema string `json:"schema"`
			Output string `json:"output"`
			*rollcall.Report
		}{"entente.import-votes/1", dir, r})
	}
	var b strings.Builder
	line := func(format string, args ...any) { b.WriteString(clean(fmt.Sprintf(format, args...)) + "\n") }
	line("%s, read as %s", r.File, r.Kind)
	line("  %d roll calls of sessions %d to %d, %d states", r.RollCalls, r.FirstSession, r.LastSession, r.Seats)
	line("  %d rows: %d used, %d not a member, %d skipped", r.Rows, r.Used, r.NonMember, r.SkippedRows())
	for _, s := range r.Skipped {
		line("    skipped %d: %s (first on line %s)", s.Rows, s.Reason, numbers(s.Lines))
	}
	for _, u := range r.Unmatched {
		line("    no seat for %q: %s, first on line %d", u.State, count(u.Rows, "row", "rows"), u.Line)
	}
	if r.NoRecord > 0 {
		line("  %d votes of members are not in the file; they are kept as \"no record\"", r.NoRecord)
	}
	if n := len(r.Tallies) + r.TalliesMore; n > 0 {
		line("  %s with a stated tally that is not the count of its rows (yes, abstain, no):", count(n, "roll call", "roll calls"))
		for _, t := range r.Tallies {
			line("    %s %s, line %d: stated %s, counted %s", t.RollCall, t.Resolution, t.Line, threeCounts(t.Stated), threeCounts(t.Counted))
		}
		if r.TalliesMore > 0 {
			line("    and %d more", r.TalliesMore)
		}
	} else {
		line("  every stated tally is the count of its rows")
	}
	for _, n := range r.Notes {
		line("  note: %s", n)
	}
	if dir != "" {
		line("%s: written; use it with entente votes … --archive %s", dir, dir)
	} else {
		line("nothing was written; add --output DIR to make an archive")
	}
	_, err := io.WriteString(app.Stdout, b.String())
	return err
}

func numbers(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = itoa(n)
	}
	return strings.Join(words, ", ")
}

// threeCounts writes yes, abstain and no; a dash stands for what is not stated.
func threeCounts(t [3]int) string {
	words := make([]string, 3)
	for i, n := range t {
		if words[i] = itoa(n); n < 0 {
			words[i] = "–"
		}
	}
	return strings.Join(words, "-")
}
