package rollcall

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScanner(t *testing.T) {
	long := strings.Repeat("x", 300<<10) // longer than the buffer of the reader
	for name, tc := range map[string]struct {
		in   string
		want [][]string
	}{
		"plain":                     {"a,b\n1,2\n", [][]string{{"a", "b"}, {"1", "2"}}},
		"no line end at the end":    {"a,b\n1,2", [][]string{{"a", "b"}, {"1", "2"}}},
		"CRLF":                      {"a,b\r\n1,2\r\n", [][]string{{"a", "b"}, {"1", "2"}}},
		"byte order mark":           {"\xef\xbb\xbfa,b\n1,2\n", [][]string{{"a", "b"}, {"1", "2"}}},
		"empty lines":               {"a,b\n\n1,2\n\n", [][]string{{"a", "b"}, {"1", "2"}}},
		"empty fields":              {"a,b\n,\n", [][]string{{"a", "b"}, {"", ""}}},
		"quotes":                    {"a,b\n\"x, y\",\"say \"\"z\"\"\"\n", [][]string{{"a", "b"}, {"x, y", `say "z"`}}},
		"a quoted field over lines": {"a,b\n\"x\ny\",2\n3,4\n", [][]string{{"a", "b"}, {"x\ny", "2"}, {"3", "4"}}},
		"a long row":                {"a,b\n" + long + ",2\n3,4\n", [][]string{{"a", "b"}, {long, "2"}, {"3", "4"}}},
		"a long quoted row":         {"a,b\n\"" + long + "\n" + long + "\",2\n3,4\n", [][]string{{"a", "b"}, {long + "\n" + long, "2"}, {"3", "4"}}},
	} {
		s := NewScanner("f", strings.NewReader(tc.in))
		var got [][]string
		for {
			row, err := s.Row()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			var words []string
			for _, f := range row {
				words = append(words, string(f))
			}
			got = append(got, words)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestScannerCountsLinesAndBoundsRows(t *testing.T) {
	s := NewScanner("f", strings.NewReader("a\n\"x\ny\"\nz\n"))
	for _, line := range []int{1, 2, 4} {
		if _, err := s.Row(); err != nil || s.Line() != line {
			t.Errorf("line %d, want %d: %v", s.Line(), line, err)
		}
	}
	s = NewScanner("f", strings.NewReader("a\n\""+strings.Repeat("x\n", 1<<20)))
	_, err := s.Row()
	for err == nil {
		_, err = s.Row()
	}
	if !strings.Contains(err.Error(), "f:2:1") || !strings.Contains(err.Error(), "is a quote left open?") {
		t.Error(err)
	}
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"1946-01-02": "1946-01-02", "2015-12-31T00:00:00Z": "2015-12-31", "2015-12-31 00:00:00": "2015-12-31", "12/31/2015": "2015-12-31",
		"05jan1946": "1946-01-05", "1946-01": "1946-01", "": "", "NA": "", "31/12/2015": "error", "soon": "error", "2021-02-30": "error",
	} {
		d, err := Date(in)
		got := d.String()
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for in, want := range map[string]int{"12": 12, "120.0": 120, "0": 0} {
		if n, ok := Int(in); !ok || n != want {
			t.Errorf("%q: %d %v", in, n, ok)
		}
	}
	for _, in := range []string{"", "x", "1.5", "-3", "1e30", "NaN", "99999999999"} {
		if n, ok := Int(in); ok {
			t.Errorf("%q is taken for %d", in, n)
		}
	}
}
