package store

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/internal/datapackage"
)

// Every row comes back as it was, by the quick way and by encoding/json.
func TestRowsSurviveTheirBodies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := rapid.SampledFrom(datapackage.Tables()).Draw(t, "table")
		row := datapackage.Row{Table: table}
		for range datapackage.Columns(table) {
			row.Cells = append(row.Cells, rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[a-z0-9 ]{1,8}`), rapid.String()).Draw(t, "cell"))
		}
		body := EncodeRow(row)
		valid := utf8.ValidString(strings.Join(row.Cells, ""))
		if !json.Valid(body) {
			t.Fatalf("not JSON: %s", body)
		}
		if utf8.Valid(body) != valid {
			t.Fatalf("what is not text was changed in silence: %q", body)
		}
		if !valid {
			return
		}
		got, err := DecodeRow(table, body)
		if err != nil || !slices.Equal(got.Cells, row.Cells) {
			t.Fatalf("%v\n%s", err, cmp.Diff(row.Cells, got.Cells))
		}
		r := newBodyReader(table)
		clear(r.cells)
		if r.at == nil || cellsOf(string(body), r.at, r.cells) != nil || !slices.Equal(r.cells, row.Cells) {
			t.Fatalf("read anew: %q", r.cells)
		}
	})
}

func TestBodiesThatAreNoRows(t *testing.T) {
	for _, body := range []string{`{"id":"x","colour":"red"}`, `{"id":1}`, `[]`, `{"id":"x"`, `{"id":"x",}`, `{"id":"x"}}`, `{"id"}`, `{,"id":"x"}`, `"id"`, `{"id":"x" "name":"y"}`} {
		if row, err := DecodeRow("actors", []byte(body)); err == nil {
			t.Errorf("%s was read as %q", body, row.Cells)
		}
	}
}

// The words of a body do not depend on how it is written.
func TestWordsOfABody(t *testing.T) {
	for _, c := range [][2]string{
		{`{"a":"One two","b":"two_three"}`, "one two two three"},
		{`{"a":"One \"two\"","b":["x",{"name":"Y"}],"c":{"d":{}},"e":1}`, "one two x y"},
		{`{"a":"caf\u00e9"}`, "cafe"},
		{`"alone"`, "alone"},
		{`[]`, ""},
		{`{"a":{"b":"c"},"d":"e"}`, "c e"},
	} {
		body, want := c[0], c[1]
		if got := strings.Join(appendBody(nil, "notes", []byte(body)), " "); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	// Of a row, yes and no, numbers, hashes and coders are left out, of dates all
	// but the year; with an escape or without.
	for _, note := range []string{"plain", `with \"escape\"`} {
		body := `{"id":"st-1","date":"2021-02-19","coder":"ann","checked":"yes","note":"` + note + `"}`
		got := strings.Join(appendBody(nil, "statements", []byte(body)), " ")
		want := "st 1 2021 " + strings.Join(appendWords(nil, note), " ")
		if got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

// Marks never meet each other or a word, and hold nothing that an engine takes
// for more than a letter.
func TestMarks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "a"), rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "b")
		if x, y := mark(a...), mark(b...); (x == y) != slices.Equal(a, b) {
			t.Fatalf("%q and %q: %q and %q", a, b, x, y)
		}
		m := mark(a...)
		for _, r := range m {
			if r < utf8.RuneSelf && !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') {
				t.Fatalf("%q holds %q", m, r)
			}
		}
		if len(m) > maxMark {
			t.Fatalf("%d bytes", len(m))
		}
		for _, w := range appendWords(nil, m+strings.Join(a, " ")) {
			if strings.HasPrefix(w, markSign) {
				t.Fatalf("%q is a word of a text", w)
			}
		}
	})
}

// What is asked for is split as what is kept.
func TestWordsAreFoundWhereTheyStand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("aé国法ク ค-.İß'ﬁ½ΣςÅ\u0301\u0327\u200d")))).Draw(t, "text")
		kept := appendWords(nil, searched(text))
		for _, w := range Words(text) {
			for _, token := range appendWords(nil, w) {
				if !slices.Contains(kept, token) && len(w) < maxToken {
					t.Fatalf("%q, asked as %q, is not among %q of %q", token, w, kept, text)
				}
			}
		}
		if s := settle(kept); len(s) > maxTokenSum || strings.Contains(s, "  ") {
			t.Fatalf("%q", s)
		}
	})
}
