package cli

import (
	"strings"
	"testing"
)

func testPrinter(width int, colour bool) *printer { return &printer{width: width, colour: colour} }

func TestFlowFitsTheWidthAndHangs(t *testing.T) {
	p := testPrinter(20, false)
	p.flow(2, 4, plain("one two three four five six"), strong(" seven"), plain(", eight"))
	want := "  one two three four\n    five six seven,\n    eight\n"
	if got := p.out.String(); got != want {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
}

func TestFlowNeverCutsAWordThatIsTooLong(t *testing.T) {
	p := testPrinter(10, false)
	p.flow(0, 2, plain("a https://example.org/a/long/address b"))
	if got, want := p.out.String(), "a\n  https://example.org/a/long/address\n  b\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPairKeepsTheColumn(t *testing.T) {
	p := testPrinter(16, false)
	p.pair(2, 4, "ab", plain("one two three"))
	p.pair(2, 4, "abcdef", plain("one two"))
	if got, want := p.out.String(), "  ab  one two\n      three\n  abcdef one two\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The words are the same with and without colour, and every line that turns a
// style on turns it off.
func TestColourAddsNothingButColour(t *testing.T) {
	spans := []span{{styleGood, "= agree"}, plain(" words that go over the end of the line"), quiet(" [id]")}
	with, without := testPrinter(20, true), testPrinter(20, false)
	with.flow(0, 2, spans...)
	without.flow(0, 2, spans...)
	if got := strip(with.out.String()); got != without.out.String() {
		t.Errorf("with colour %q, without %q", got, without.out.String())
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(with.out.String(), "\n"), "\n") {
		if strings.Contains(line, "\x1b") && !strings.HasSuffix(line, reset) && strings.LastIndex(line, reset) < strings.LastIndex(line, "\x1b[") {
			t.Errorf("the line %q leaves a style on", line)
		}
	}
}

func strip(s string) string {
	for {
		i := strings.Index(s, "\x1b[")
		if i < 0 {
			return s
		}
		j := strings.IndexByte(s[i:], 'm')
		s = s[:i] + s[i+j+1:]
	}
}

func TestCleanDisarmsATerminal(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "Türkiye 日本": "Türkiye 日本", "a\nb\tc": "a b c",
		"\x1b[31mred": "\ufffd[31mred", "bell\a": "bell\ufffd", "\u009b31m": "\ufffd31m", "turned \u202eback": "turned \ufffdback", "bad \xff byte": "bad \ufffd byte",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestColumnsCountsWhatATerminalShows(t *testing.T) {
	for in, want := range map[string]int{"abc": 3, "日本": 4, "e\u0301": 1, "": 0} {
		if got := columns(in); got != want {
			t.Errorf("columns(%q) = %d, want %d", in, got, want)
		}
	}
}
