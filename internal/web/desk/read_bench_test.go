package desk_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"entente"
	"entente/internal/auth"
	"entente/internal/workbench"
)

// BenchmarkReadingPage makes a page of 10,000 paragraphs with 1,000 codings, not
// compressed. The text is synthetic.
func BenchmarkReadingPage(b *testing.B) {
	r := newRoom(b)
	coder := r.as("coder")
	var text strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&text, "%d. Paragraph number %d of a synthetic text says that it is one of very many. It says so in a second sentence, and goes on for a while so that it has the length of others.\n\n", i+1, i+1)
	}
	read := coder.send("/desk/documents/new", "long.txt", []byte(text.String()), "title", "Long", "kind", "report", "date", "2025", "text_of", "Estonia").is(http.StatusSeeOther).header.Get("Location")
	doc := strings.TrimPrefix(read, "/desk/read/")
	user := workbench.User{Name: "coder", Role: auth.Coder}
	t, err := r.bench.Text(b.Context(), doc)
	if err != nil {
		b.Fatal(err)
	}
	for i := range 1000 {
		p := t.Paragraphs[i*9]
		n := workbench.NewCoding{Start: p.Start + i%20, End: p.End - i%30, Actor: "est", Proposition: "law-ihl", Stance: entente.Stances[i%5]}
		if _, err := r.bench.Code(b.Context(), user, doc, n); err != nil {
			b.Fatal(err)
		}
	}
	size := 0
	for b.Loop() {
		a := coder.get(read)
		if a.code != http.StatusOK {
			b.Fatal(a.code)
		}
		size = len(a.body)
	}
	b.ReportMetric(float64(size)/1e6, "MB")
}
