package extract

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
)

func TestCorrectedKeepsPagesAndHeadings(t *testing.T) {
	old := &Text{Media: MediaPDF, Pages: 3, Original: "file", Paragraphs: []Paragraph{
		{Number: 1, Start: 0, End: 5, Page: 1, Heading: true, Text: "Title"},
		{Number: 2, Start: 7, End: 15, Page: 1, Text: "1. Crirne"},
		{Number: 3, Start: 17, End: 25, Page: 2, Text: "2. Peace"},
		{Number: 4, Start: 27, End: 31, Page: 3, Mark: "1", Text: "Note"},
	}, Turns: []Turn{{Offset: 20, Page: 3}}}
	got, err := Corrected(context.Background(), old, "Title\r\n\r\n1. Crime\n\n2. Peace\n\nA new line\nof two\n\n\n\nNote\n", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, p := range got.Paragraphs {
		rows = append(rows, strings.Join([]string{string(rune('0' + p.Page)), p.Label, p.Mark, map[bool]string{true: "heading"}[p.Heading], p.Text}, "|"))
	}
	want := []string{"1|||heading|Title", "1|1.|||1. Crime", "2|2.|||2. Peace", "3||||A new line\nof two", "3||1||Note"}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
	if got.Plain != "Title\n\n1. Crime\n\n2. Peace\n\nA new line\nof two\n\nNote" || got.Original != "file" || len(got.Turns) != 1 || got.Turns[0].Offset != 20 {
		t.Errorf("%q %+v", got.Plain, got.Turns)
	}
	again, err := Corrected(context.Background(), got, got.Plain, Options{})
	if err != nil || again.Hash != got.Hash {
		t.Errorf("the same words made another text: %v", err)
	}
	for _, bad := range []string{"", "\n \n", "a\xff"} {
		if _, err := Corrected(context.Background(), old, bad, Options{}); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
