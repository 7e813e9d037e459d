package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"entente"
	"entente/analysis/compare"
	"entente/internal/view"
)

// run runs the program in this process.
func run(t *testing.T, width int, env map[string]string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	app := &App{
		Stdout: &o, Stderr: &e, Version: "test", Getenv: func(k string) string { return env[k] },
		Terminal: func() (int, bool) { return width, width > 0 },
	}
	code = app.Run(context.Background(), args)
	return code, o.String(), e.String()
}

func TestColourIsForTerminalsThatWantIt(t *testing.T) {
	for _, x := range []struct {
		name  string
		width int
		env   map[string]string
		flag  string
		want  bool
	}{
		{"a terminal", 80, nil, "auto", true},
		{"a pipe", 0, nil, "auto", false},
		{"NO_COLOR", 80, map[string]string{"NO_COLOR": "1"}, "auto", false},
		{"a dumb terminal", 80, map[string]string{"TERM": "dumb"}, "auto", false},
		{"never", 80, nil, "never", false},
		{"always in a pipe", 0, nil, "always", true},
		{"always outweighs NO_COLOR", 80, map[string]string{"NO_COLOR": "1"}, "always", true},
	} {
		code, out, errs := run(t, x.width, x.env, "compare", "est", "jpn", "--pillar", "cbm", "--color", x.flag)
		if code != 0 {
			t.Fatal(errs)
		}
		if got := strings.Contains(out, "\x1b["); got != x.want {
			t.Errorf("%s: colour is %v, want %v", x.name, got, x.want)
		}
	}
}

func TestTextFitsTheTerminal(t *testing.T) {
	for _, width := range []int{40, 60, 100, 200} {
		code, out, errs := run(t, width, map[string]string{"NO_COLOR": "1"}, "compare", "est", "jpn", "--as-of", "2021-02-19")
		if code != 0 {
			t.Fatal(errs)
		}
		for line := range strings.SplitSeq(out, "\n") {
			if n := columns(line); n > width && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("width %d: a line of %d columns: %q", width, n, line)
				break
			}
		}
	}
}

// The figures of the text are those of the JSON.
func TestTextShowsTheFiguresOfTheJSON(t *testing.T) {
	for _, args := range [][]string{
		{"compare", "est", "jpn", "--as-of", "2021-02-19"}, {"compare", "usa", "rus"}, {"compare", "fra", "nzl"}, {"compare", "usa", "rus", "chn"},
	} {
		_, text, _ := run(t, 0, nil, args...)
		_, raw, _ := run(t, 0, nil, append(args, "--format", "json")...)
		var v view.Compare
		if err := json.Unmarshal([]byte(raw), &v); err != nil {
			t.Fatal(err)
		}
		text = strings.Join(strings.Fields(text), " ")
		for o, n := range v.Summary.Outcomes {
			s := signs[o]
			if want := fmt.Sprintf("%s %s %d of %d", s.mark, s.word, n, v.Summary.Propositions); !strings.Contains(text, want) {
				t.Errorf("%v: the text does not say %q", args, want)
			}
		}
		want := []string{
			fmt.Sprintf("looked at on %d of %d propositions; all took a side on %d of %d", v.Summary.CouldAddress, v.Summary.Propositions, v.Summary.AllSpoke, v.Summary.Propositions),
			fmt.Sprintf("the same vote in %d of %d that all cast", v.Votes.Agreed, v.Votes.BothCast),
		}
		if a := v.Summary.Agreement; a != nil {
			want = append(want, fmt.Sprintf("On the same side on %d of %d on which both took one (share %.2f; 95%% interval exact %.2f to %.2f", a.Agreed, a.N, *a.Share, a.Exact[0], a.Exact[1]))
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%v: the text does not say %q", args, w)
			}
		}
		// As many outcome lines as propositions.
		if n := len(regexp.MustCompile(`\[(law|norm|cbm|cap|threat|proc)-[a-z0-9-]+\]`).FindAllString(text, -1)); n < v.Summary.Propositions {
			t.Errorf("%v: the text names %d propositions of %d", args, n, v.Summary.Propositions)
		}
	}
}

func TestEveryWordOfAClosedListHasAWord(t *testing.T) {
	for _, list := range [][]compare.Outcome{compare.PairOutcomes, compare.GroupOutcomes} {
		for _, o := range list {
			if signs[string(o)].word == "" {
				t.Errorf("the outcome %s has no sign", o)
			}
		}
	}
	for _, v := range compare.Verdicts {
		if signs[string(v)].word == "" || verdictWords[v] == "" {
			t.Errorf("the verdict %s has no words", v)
		}
	}
	for _, s := range entente.Silences {
		if silenceWords[string(s)] == "" || shortSilence[string(s)] == "" {
			t.Errorf("the silence %s has no words", s)
		}
	}
	for _, s := range entente.Stances {
		if stanceWords[string(s)] == "" {
			t.Errorf("the stance %s has no word", s)
		}
	}
	for _, p := range entente.Pillars {
		if pillarNames[p] == "" {
			t.Errorf("the pillar %s has no name", p)
		}
	}
	kinds := []entente.Kind{entente.NotFound, entente.Invalid, entente.Conflict, entente.Denied, entente.Unavailable, entente.Internal}
	codes := map[int]entente.Kind{0: "success"}
	for _, k := range kinds {
		if other, taken := codes[exitCode(k)]; taken {
			t.Errorf("%s and %s have the same exit code", k, other)
		}
		codes[exitCode(k)] = k
	}
}

func TestEveryCommandIsDescribed(t *testing.T) {
	root, _ := newRoot(System())
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			if sub.Short == "" || sub.GroupID == "" || sub.Example == "" && sub.Args != nil && sub.Name() != "version" {
				t.Errorf("%s lacks a short text, a group or an example", sub.CommandPath())
			}
			if got, want := sub.Flag("corpus") != nil || sub.InheritedFlags().Lookup("corpus") != nil, true; got != want {
				t.Errorf("%s has no --corpus", sub.CommandPath())
			}
			walk(sub)
		}
	}
	walk(root)
}

func TestAFailureOnStandardOutputIsAnError(t *testing.T) {
	var errs bytes.Buffer
	app := &App{Stdout: brokenWriter{}, Stderr: &errs, Getenv: func(string) string { return "" }, Terminal: func() (int, bool) { return 0, false }}
	if code := app.Run(context.Background(), []string{"compare", "est", "jpn"}); code != 6 || !strings.Contains(errs.String(), "standard output") {
		t.Errorf("exit %d, %q; want 6 and the place", code, errs.String())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestWriteFileReplacesWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	for _, text := range []string{"first", "second, longer", "3"} {
		if err := writeFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("%d files are left in the folder", len(list))
	}
	if err := writeFile(dir, nil); entente.KindOf(err) != entente.Conflict {
		t.Errorf("a folder in place of the file: %v", err)
	}
	if err := writeFile(filepath.Join(dir, "no", "a.txt"), nil); entente.KindOf(err) != entente.NotFound {
		t.Errorf("a folder that is not there: %v", err)
	}
	if err := writeFile(filepath.Join(path, "a.txt"), nil); err == nil {
		t.Error("a file where a folder should be is no error")
	}
}
