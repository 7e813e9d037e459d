package cli

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"entente/internal/layers"
	"entente/internal/view"
)

var update = flag.Bool("update", false, "rewrite the generated parts of docs/cli.md and docs/architecture.md")

var (
	root = filepath.Join("..", "..")
	docs = filepath.Join(root, "docs")
)

// The lines between which docs/cli.md is made from the commands, and
// docs/architecture.md from the table of layers.
const (
	generatedFrom = "<!-- Made from the commands themselves: go test ./internal/cli -run TestDocs -update -->\n"
	generatedTo   = "<!-- End of what is made from the commands. -->\n"
	layersFrom    = "<!-- Made from internal/layers/table.go: go test ./internal/cli -run TestDocs -update -->\n"
	layersTo      = "<!-- End of the layers. -->\n"
)

// TestDocsCommands holds the reference of the commands against the commands:
// every command, flag, default and exit code.
func TestDocsCommands(t *testing.T) {
	hold(t, "cli.md", generatedFrom, generatedTo, commandsInWords())
}

// TestDocsLayers holds the architecture page against the table of layers.
func TestDocsLayers(t *testing.T) {
	var b strings.Builder
	b.WriteString("\n| layer, lowest first | why it is there | packages |\n| --- | --- | --- |\n")
	for _, l := range layers.Table {
		groups := make([]string, len(l.Groups))
		for i, g := range l.Groups {
			if g == "" {
				g = "entente"
			}
			groups[i] = "`" + g + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", l.Name, l.Why, strings.Join(groups, ", "))
	}
	b.WriteString("\n")
	hold(t, "architecture.md", layersFrom, layersTo, b.String())
}

// hold compares the part of a page between two lines with what it must be, or
// rewrites it.
func hold(t *testing.T, page, from, to, want string) {
	t.Helper()
	path := filepath.Join(docs, page)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), from)
	old, tail, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("docs/%s has lost the lines around its generated part:\n%s%s", page, from, to)
	}
	if *update {
		if err := os.WriteFile(path, []byte(head+from+want+to+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, old); diff != "" {
		t.Errorf("docs/%s is not what the program says (-program +page); -update rewrites it:\n%s", page, diff)
	}
}

// pages lists the documents for people, as paths.
func pages(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "corpora/*/*.md", "changelog/*.md", "changelog/*/*.md", "web/*.md"} {
		list, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, list...)
	}
	if len(out) < 20 {
		t.Fatalf("only %d pages found: the test looks in the wrong place", len(out))
	}
	return out
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	path    = regexp.MustCompile("`((?:analysis|cmd|corpora|docs|internal|scripts|tools|web|changelog)/[a-zA-Z0-9_./-]+)`")
	fence   = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
)

// TestDocsLinks follows every link within the documents, headings included, and
// looks for every file that a page names.
func TestDocsLinks(t *testing.T) {
	for _, page := range pages(t) {
		b, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		text := fence.ReplaceAllString(string(b), "")
		if head, rest, ok := strings.Cut(text, layersFrom); ok { // the table names packages that are planned
			_, tail, _ := strings.Cut(rest, layersTo)
			text = head + tail
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			to := page
			if file != "" {
				to = filepath.Join(filepath.Dir(page), file)
			}
			content, err := os.ReadFile(to)
			if err != nil {
				if st, e := os.Stat(to); e != nil || !st.IsDir() {
					t.Errorf("%s: the link %s leads nowhere", page, m[1])
				}
				continue
			}
			if anchor != "" && !slices.Contains(anchors(string(content)), anchor) {
				t.Errorf("%s: the link %s names a heading that is not there", page, m[1])
			}
		}
		for line := range strings.SplitSeq(text, "\n") {
			if strings.Contains(line, "(new)") {
				continue // what the reader is about to make
			}
			for _, m := range path.FindAllStringSubmatch(line, -1) {
				if filepath.Base(filepath.Dir(page)) == "decisions" || made[m[1]] { // a decision tells of its day
					continue
				}
				if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
					t.Errorf("%s names %s, which is not there", page, m[1])
				}
			}
		}
	}
}

// made are folders that only exist once something was built.
var made = map[string]bool{"web/dist": true, "web/node_modules": true}

// anchors gives the names that headings have as targets of links.
func anchors(page string) []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(page, ""), -1) {
		out = append(out, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, m[1]))
	}
	return out
}

// TestDocsTour runs the first command of the tour: what the page quotes of its
// output must be in it.
func TestDocsTour(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(docs, "tour.md"))
	if err != nil {
		t.Fatal(err)
	}
	code, out, errs := run(t, 0, nil, "compare", "est", "jpn", "--as-of", "2021-02-19")
	if code != 0 {
		t.Fatal(errs)
	}
	quoted := regexp.MustCompile("(?ms)^```text\n(.*?)^```$").FindAllStringSubmatch(string(b), -1)
	if len(quoted) < 3 {
		t.Fatalf("the tour quotes %d passages, want at least 3", len(quoted))
	}
	for _, q := range quoted {
		for line := range strings.SplitSeq(strings.TrimRight(q[1], "\n"), "\n") {
			if !strings.Contains(out, line+"\n") {
				t.Errorf("docs/tour.md quotes a line that the command does not print:\n%s", line)
			}
		}
	}
}

// TestDocsReproduce recounts the figures of docs/how-to/reproduce-a-figure.md.
func TestDocsReproduce(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(docs, "how-to", "reproduce-a-figure.md"))
	if err != nil {
		t.Fatal(err)
	}
	code, out, errs := run(t, 0, nil, "compare", "est", "jpn", "--as-of", "2021-02-19", "--format", "json")
	if code != 0 {
		t.Fatal(errs)
	}
	var v view.Compare
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatal(err)
	}
	page := strings.Join(strings.Fields(string(b)), " ")
	s, a := v.Summary, v.Summary.Agreement
	for _, want := range []string{
		fmt.Sprintf("agree on %d of %d", s.Outcomes["agree"], s.Propositions), fmt.Sprintf("# %d of %d", a.Agreed, a.N),
		fmt.Sprintf("'agree': %d,", s.Outcomes["agree"]), fmt.Sprintf("'both-silent': %d,", s.Outcomes["both-silent"]),
		fmt.Sprintf("looked at on %d of %d", s.CouldAddress, s.Propositions), fmt.Sprintf("# %v", a.Exact[0]),
	} {
		if !strings.Contains(page, want) {
			t.Errorf("docs/how-to/reproduce-a-figure.md does not say %q", want)
		}
	}
}

// TestDocsExamples finds every entente command that a page shows and holds its
// name and flags against the program.
func TestDocsExamples(t *testing.T) {
	top, _ := newRoot(System())
	top.InitDefaultCompletionCmd("completion")
	n := 0
	for _, page := range pages(t) {
		b, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(b), "\n") {
			shell := strings.TrimPrefix(strings.TrimSpace(line), "$ ")
			words, ok := strings.CutPrefix(strings.ReplaceAll(shell, "bin/entente", "entente"), "entente ")
			if !ok || shell == line && !strings.HasPrefix(line, "bin/") {
				continue // a sentence that begins with the word
			}
			n++
			words, _, _ = strings.Cut(words, " #")
			for part := range strings.SplitSeq(words, "&& entente ") {
				if err := known(top, strings.Fields(part)); err != nil {
					t.Errorf("%s:%d: %s: %v", page, i+1, line, err)
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("the pages show %d commands: the test looks in the wrong place", n)
	}
}

// known errs when a command or one of its flags does not exist.
func known(top *cobra.Command, words []string) error {
	cmd, rest, err := top.Find(words)
	if err != nil {
		return err
	}
	if cmd == top && len(words) > 0 && !strings.HasPrefix(words[0], "-") {
		return fmt.Errorf("there is no command %q", words[0])
	}
	for _, w := range rest {
		name, isFlag := strings.CutPrefix(w, "--")
		name, _, _ = strings.Cut(name, "=")
		if isFlag && name != "help" && cmd.Flags().Lookup(name) == nil && top.PersistentFlags().Lookup(name) == nil {
			return fmt.Errorf("%s has no flag --%s", cmd.CommandPath(), name)
		}
	}
	return nil
}

func commandsInWords() string {
	top, _ := newRoot(System())
	var b strings.Builder
	b.WriteString("\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n| 0 | all is well |\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&b, "| %d | %s |\n", e.code, e.what)
	}
	b.WriteString("\n## Flags of every command\n\n")
	flagTable(&b, top.PersistentFlags())
	for _, g := range top.Groups() {
		fmt.Fprintf(&b, "\n## %s\n", strings.TrimSuffix(g.Title, ":"))
		for _, c := range top.Commands() {
			if c.GroupID == g.ID && c.IsAvailableCommand() {
				commandInWords(&b, c)
			}
		}
	}
	b.WriteString("\n")
	return b.String()
}

func commandInWords(b *strings.Builder, c *cobra.Command) {
	text := c.Long
	if text == "" {
		text = strings.ToUpper(c.Short[:1]) + c.Short[1:] + "."
	}
	fmt.Fprintf(b, "\n### %s\n\n`%s %s`\n\n%s\n", c.CommandPath(), c.Parent().CommandPath(), c.Use, text)
	if c.Example != "" {
		fmt.Fprintf(b, "\n```console\n")
		for line := range strings.SplitSeq(c.Example, "\n") {
			fmt.Fprintf(b, "$ %s\n", strings.TrimSpace(line))
		}
		fmt.Fprintf(b, "```\n")
	}
	if c.LocalNonPersistentFlags().HasAvailableFlags() {
		b.WriteString("\n")
		flagTable(b, c.LocalNonPersistentFlags())
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			commandInWords(b, sub)
		}
	}
}

func flagTable(b *strings.Builder, flags *pflag.FlagSet) {
	b.WriteString("| flag | meaning | without it |\n| --- | --- | --- |\n")
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		if word, ok := map[string]string{"string": "WORD", "strings": "WORDS", "int": "NUMBER"}[value]; ok {
			value = word
		}
		name := "--" + f.Name
		if value != "" {
			name += " " + strings.ToUpper(value)
		}
		standard := ""
		if f.DefValue != "" && f.DefValue != "[]" && f.DefValue != "false" {
			standard = "`" + f.DefValue + "`"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, strings.ReplaceAll(usage, "|", `\|`), standard)
	})
}
