package desk_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"entente/internal/auth"
	"entente/internal/testskip"
)

func TestBringInAndRead(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.paper()
	page := coder.get(read).is(http.StatusOK, "The text is here, with 5 paragraphs.", "A synthetic paper", "4 May 2025", "official text", "5 paragraphs")
	coder.get(read).not("The text is here") // told once
	paragraphs := page.find(func(n *html.Node) bool { return n.Data == "p" && attr(n, "class") == "rp-text" })
	if len(paragraphs) != 5 {
		t.Fatalf("%d paragraphs", len(paragraphs))
	}
	want := strings.Split(readPaper, "\n\n")
	for i, p := range paragraphs {
		if inner(p) != want[i] {
			t.Errorf("paragraph %d is %q, want %q", i+1, inner(p), want[i])
		}
	}
	// No stance is chosen for anybody, and it is told in words.
	for _, n := range page.find(func(n *html.Node) bool { return n.Data == "input" && attr(n, "name") == "stance" }) {
		for _, a := range n.Attr {
			if a.Key == "checked" {
				t.Errorf("the stance %q is chosen", attr(n, "value"))
			}
		}
	}
	page.is(http.StatusOK, "Without a choice the stance is unset")
	if page.input("actor") != "Estonia" {
		t.Errorf("the actor is %q, not the one whose own text it is", page.input("actor"))
	}
	coder.get("/desk/documents").is(http.StatusOK, "A synthetic paper", "plain text")
	coder.get("/desk/documents?words=reprisals+collectively").is(http.StatusOK, "One document")
	coder.get("/desk/documents?words=zebra").is(http.StatusOK, "No text fits.")
	coder.getJSON("/desk/documents.json").is(http.StatusOK, "entente.documents/1", `"paragraphs": 5`)
	coder.get("/desk/documents.csv").is(http.StatusOK, "A synthetic paper")
}

// TestOriginalFile: it leaves the server only to be stored, and only for those who
// may read drafts.
func TestOriginalFile(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	hostile := []byte("<!doctype html><html><body><p>A page with a script.</p><script>alert(1)</script></body></html>")
	a := coder.send("/desk/documents/new", `evil "page".html`, hostile, "title", "A hostile page", "kind", "webpage")
	read := a.is(http.StatusSeeOther).header.Get("Location")
	coder.get(read).is(http.StatusOK, "A page with a script.").not("alert(1)")
	file := coder.get(read + "/file").is(http.StatusOK)
	for name, want := range map[string]string{"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"} {
		if got := file.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := file.header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") || !strings.Contains(got, "evil _page_.html") {
		t.Errorf("Content-Disposition: %q", got)
	}
	if file.body != string(hostile) {
		t.Error("the file is not what was sent")
	}
	r.as("reader").get(read + "/file").is(http.StatusForbidden)
	nobody := &person{r, "", map[string]string{}}
	if a := nobody.get(read + "/file"); a.code != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/signin") {
		t.Errorf("a stranger gets %d %q", a.code, a.header.Get("Location"))
	}
}

// emptyPDF is a document whose only page has no text, as a scan.
func emptyPDF() []byte {
	var b bytes.Buffer
	var at []int
	b.WriteString("%PDF-1.4\n")
	for i, s := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>", "<< /Length 1 >>\nstream\nq\nendstream",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, s)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

func TestUploadsThatAreRefused(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	source := []string{"title", "A paper", "kind", "report"}
	for _, c := range []struct {
		name string
		file []byte
		more []string
		code int
		want string
	}{
		{"", nil, source, http.StatusBadRequest, "Choose a file, or paste a text."},
		{"a.txt", []byte("words"), append([]string{"text", "other words"}, source...), http.StatusBadRequest, "There is a file and a pasted text."},
		{"a.pdf", []byte("\x89PNG\r\n\x1a\n and so on"), source, http.StatusBadRequest, "The file is a picture, which is not read. Save it as PDF"},
		{"a.docx", []byte("PK\x03\x04 no archive"), source, http.StatusBadRequest, "Open it in its program, save it again"},
		{"a.pdf", []byte("plain words under a wrong name"), source, http.StatusBadRequest, "The name says PDF, but the content is plain text."},
		{"a.txt", []byte(" \n \n"), source, http.StatusBadRequest, "The file holds no text."},
		{"a.txt", []byte("words"), nil, http.StatusBadRequest, "It is not said what this is a copy of."},
		{"a.txt", []byte("words"), []string{"author", "A ministry"}, http.StatusBadRequest, "This is needed."},
		{"a.txt", []byte("words"), append([]string{"source", "osula-2021"}, source...), http.StatusBadRequest, "A source is chosen and a new one described."},
		{"a.txt", []byte("words"), []string{"source", "no-such-source"}, http.StatusBadRequest, "There is no source of that id."},
		{"a.txt", []byte("words"), append([]string{"date", "May 2025"}, source...), http.StatusBadRequest, "That is not a date."},
		{"a.txt", []byte("words"), append([]string{"text_of", "Atlantis"}, source...), http.StatusBadRequest, "No actor is called that."},
		{"a.txt", []byte("words"), append([]string{"lang", "English, please"}, source...), http.StatusBadRequest, "is not a language tag"},
		{"a.txt", []byte("words"), append([]string{"status", "secret"}, source...), http.StatusBadRequest, "That is not in the list."},
	} {
		coder.send("/desk/documents/new", c.name, c.file, c.more...).is(c.code, c.want)
	}
	coder.get("/desk/documents").is(http.StatusOK, "There is no text yet.")
}

func TestScanAndMissingProgram(t *testing.T) {
	testskip.Need(t, "pdftotext", "apt-get install poppler-utils")
	r := newRoom(t)
	coder := r.as("coder")
	source := []string{"title", "A scan", "kind", "report"}
	coder.send("/desk/documents/new", "scan.pdf", emptyPDF(), source...).is(http.StatusBadRequest, "The PDF has no text layer", "text recognition (OCR)")
	t.Setenv("PATH", t.TempDir())
	coder.send("/desk/documents/new", "scan.pdf", emptyPDF(), source...).is(http.StatusServiceUnavailable, "needs the program pdftotext", "Install poppler-utils")
}

// endless gives as many bytes as are asked for.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range p[:n] {
		p[i] = 'a'
	}
	e.left -= n
	return n, nil
}

func TestTooBigAFile(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	if _, err := w.CreateFormFile("file", "big.txt"); err != nil {
		t.Fatal(err)
	}
	body := io.MultiReader(&head, &endless{60 << 20})
	coder.do(http.MethodPost, "/desk/documents/new", w.FormDataContentType(), body, "text/html").
		is(http.StatusRequestEntityTooLarge, "The file is too big: at most 50 megabytes", "Bring in a text")
}

func TestTheSameTextTwice(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	read := coder.paper()
	again := coder.send("/desk/documents/new", "", nil, "text", readPaper, "title", "Another title", "kind", "report")
	again.is(http.StatusConflict, "It is here already, and nothing was added.", "the same file")
	links := again.find(func(n *html.Node) bool { return n.Data == "a" && attr(n, "href") == read })
	if len(links) != 1 {
		t.Errorf("%d links to what is here", len(links))
	}
	long := readPaper + "\n\n" + strings.Repeat("A sentence of many words that makes the text long enough to be compared by its runs of words. ", 1)
	for i := range 60 {
		long += fmt.Sprintf("\n\nParagraph number %d tells of the matter numbered %d in words of its own kind %d.", i, i*i, i*7)
	}
	first := coder.send("/desk/documents/new", "", nil, "text", long, "title", "Long", "kind", "report").is(http.StatusSeeOther).header.Get("Location")
	near := coder.send("/desk/documents/new", "", nil, "text", long+"\n\nOne more line.", "title", "Longer", "kind", "report").is(http.StatusSeeOther)
	page := coder.follow(near).is(http.StatusOK, "Nearly the same text is here already:")
	if links := page.find(func(n *html.Node) bool { return n.Data == "a" && attr(n, "href") == first }); len(links) != 1 {
		t.Errorf("%d links to the near duplicate", len(links))
	}
}

func TestSourcesAreFound(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	page := coder.get("/desk/documents/new?find=osula").is(http.StatusOK, "It is a copy of this one")
	links := page.find(func(n *html.Node) bool {
		return n.Data == "a" && attr(n, "href") == "/desk/documents/new?source=osula-2021"
	})
	if len(links) != 1 {
		t.Fatalf("%d links that choose the source", len(links))
	}
	chosen := coder.get("/desk/documents/new?source=osula-2021").is(http.StatusOK)
	if chosen.input("source") != "osula-2021" {
		t.Errorf("the form has the source %q", chosen.input("source"))
	}
	coder.get("/desk/documents/new?find=xyzzy").is(http.StatusOK, "No source fits.")
	coder.get("/desk/documents/new?source=none").is(http.StatusOK, "There is no source of that id.")
	read := coder.send("/desk/documents/new", "", nil, "text", "A text of a source that is here.", "source", "osula-2021").is(http.StatusSeeOther)
	page = coder.follow(read).is(http.StatusOK)
	if links := page.find(func(n *html.Node) bool { return n.Data == "a" && attr(n, "href") == "/desk/records/sources/osula-2021" }); len(links) != 1 {
		t.Errorf("%d links to the source", len(links))
	}
}

// TestWhoMayRead asks for every page as every role.
func TestWhoMayRead(t *testing.T) {
	r := newRoom(t)
	read := r.as("coder").paper()
	pages := []struct {
		path string
		from auth.Role
	}{
		{"/desk/documents", auth.Coder},
		{"/desk/documents/new", auth.Coder},
		{read, auth.Coder},
		{read + "/file", auth.Coder},
		{read + "/candidates?paragraph=1", auth.Coder},
		{read + "/coverage", auth.Coder},
		{read + "/correct", auth.Coder},
		{"/desk/tasks", auth.Coder},
	}
	for _, role := range auth.Roles() {
		p := r.as(string(role))
		for _, page := range pages {
			want := http.StatusForbidden
			if role.AtLeast(page.from) {
				want = http.StatusOK
			}
			if a := p.get(page.path); a.code != want {
				t.Errorf("%s asks for %s: %d, want %d", role, page.path, a.code, want)
			}
		}
		want := http.StatusForbidden
		if role.AtLeast(auth.Editor) {
			want = http.StatusNotFound
		}
		p.get("/desk/tasks/none").is(want)
		if !role.AtLeast(auth.Coder) {
			p.post(read+"/code", "paragraph", "2").is(http.StatusForbidden)
			p.post(read+"/coverage", "do", "nothing").is(http.StatusForbidden)
			p.post(read+"/correct", "text", "x").is(http.StatusForbidden)
		}
	}
}
