package extract

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHTML(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"blocks and lines", "<p>One\n  <b>bold</b>,<i>it</i>alic<br>second line<br><br>third<p>Two<div>Three<span> a</span></div>four", []string{"One bold,italic\nsecond line", "third", "Two", "Three a", "four"}},
		{"left out", "<p>A<script>var x='<p>no';</script>B<style>p{}</style><nav><p>menu</nav><p>C<noscript>no</noscript><svg><text>no</text></svg><template>no</template><select><option>no</select>", []string{"AB", "C"}},
		{"hidden", `<p>A <span hidden>no</span><span style="color:red; display : none">no</span><span aria-hidden=true>no <span>no</span> no</span>B<div role=navigation><p>no</div><p style="visibility:hidden">no<p>C`, []string{"A B", "C"}},
		{"hidden and never closed", `<section><div hidden>no<p>no</section><p>yes`, []string{"yes"}},
		{"references", "<p>R&amp;D &lt;b&gt; &#x20AC; &nbsp; x&shy;y", []string{"R&D <b> € xy"}},
		{"ordered list", `<ol><li>a<li>b<li value=7>c<li><p>d<p>e</ol><ol type=a start=2><li>x</ol><ol type=I><li>y</ol>`, []string{"1. a", "2. b", "7. c", "8. d", "e", "b. x", "I. y"}},
		{"unordered list", `<ul><li>a<ul><li>b</ul><li></li></ul><p>after`, []string{"• a", "• b", "after"}},
		{"table of data", `<table><caption>Cap</caption><tr><th>State<th>View<tr><td>Ruritania<td>affirms<tr><td><td>alone</table>`, []string{"Cap", "State | View", "Ruritania | affirms", "alone"}},
		{"table as layout", `<table><tr><td>1.<td><p>First<p>Second</table>`, []string{"1.", "First", "Second"}},
		{"table in a table", `<table><tr><td>A<td><table><tr><td>x<td>y</table><td>B</table>`, []string{"A", "x | y", "B"}},
		{"verbatim", "<pre>one\n  two\n\nthree</pre>", []string{"one\ntwo", "three"}},
		{"deleted and inserted", "<p>The <del>old</del><ins>new</ins> text", []string{"The new text"}},
		{"ruby", "<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字", []string{"漢字"}},
		{"quotation", "<p>He said <q>yes</q>", []string{"He said “yes”"}},
		{"stray end tags", "</div></p>A</table></b><p>B</p></p>", []string{"A", "B"}},
		{"comment and CDATA", "<p>A<!-- <p>no -->B<![CDATA[no]]>", []string{"AB"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, texts(read(t, "a.html", []byte("<html>"+c.in)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestHTMLSays(t *testing.T) {
	x := read(t, "a.html", []byte(`<!doctype html><html lang="et-EE"><head><title>Seisukoht &amp;
	 vaade</title></head><body><h1>I. Õigus</h1><h2>Alus</h2><p>12. Tekst`))
	if x.Title != "Seisukoht & vaade" || x.Lang != "et-EE" || x.Media != MediaHTML {
		t.Errorf("title %q, language %q", x.Title, x.Lang)
	}
	want := []Paragraph{
		{Number: 1, Start: 0, End: 8, Label: "I.", Heading: true, Text: "I. Õigus"},
		{Number: 2, Start: 10, End: 14, Heading: true, Text: "Alus"},
		{Number: 3, Start: 16, End: 25, Label: "12.", Text: "12. Tekst"},
	}
	if diff := cmp.Diff(want, x.Paragraphs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A tag that is none must not reach a page.
	if x := read(t, "a.html", []byte(`<html lang='"><script>'><p>A`)); x.Lang != "" {
		t.Errorf("language %q", x.Lang)
	}
}

func TestHTMLMain(t *testing.T) {
	long := strings.Repeat("The position of Ruritania. ", 10)
	x := read(t, "a.html", []byte("<html><div>Menu</div><main><p>"+long+"</main><div>Foot</div>"))
	if x.Plain != strings.TrimSpace(long) || len(x.Notes) != 1 {
		t.Errorf("%q, notes %q", x.Plain, x.Notes)
	}
	x = read(t, "a.html", []byte("<html><div>Intro</div><main><p>Short</main>"))
	if x.Plain != "Intro\n\nShort" || len(x.Notes) != 0 {
		t.Errorf("a short main part: %q, notes %q", x.Plain, x.Notes)
	}
}

func TestHTMLEncodings(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"declared", "<html><meta charset=iso-8859-15><p>\xa4", "€"},
		{"declared in the old way", `<html><meta http-equiv="Content-Type" content="text/html; charset=shift_jis"><p>` + "\x8d\x91", "国"},
		{"declared by XML", `<?xml version="1.0" encoding="windows-1251"?><html><p>` + "\xcf", "П"},
		{"UTF-8 that claims to be another", "<html><meta charset=iso-8859-1><p>õ", "õ"},
		{"not declared", "<html><p>\xf5", "õ"},
	} {
		if x := read(t, "a.html", []byte(c.data)); x.Plain != c.want {
			t.Errorf("%s: %q, want %q", c.name, x.Plain, c.want)
		}
	}
}
