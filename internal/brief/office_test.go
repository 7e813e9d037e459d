package brief_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"entente/internal/brief"
	"entente/internal/document"
	"entente/internal/document/docxtest"
	"entente/internal/testskip"
	"entente/internal/view"
)

// pages converts DOCX files to PDF with LibreOffice in one run and reads the text
// of each page back.
func pages(t *testing.T, files map[string][]byte) map[string][]string {
	t.Helper()
	office := testskip.Need(t, "soffice", "apt-get install libreoffice-writer")
	reader := testskip.Need(t, "pdftotext", "apt-get install poppler-utils")
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir}
	for name, data := range files {
		path := filepath.Join(dir, name+".docx")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.CommandContext(ctx, office, args...).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	texts := map[string][]string{}
	for name := range files {
		out, err := exec.CommandContext(ctx, reader, "-layout", "-enc", "UTF-8", filepath.Join(dir, name+".pdf"), "-").Output()
		if err != nil {
			t.Fatalf("pdftotext %s: %v", name, err)
		}
		texts[name] = strings.Split(string(out), "\f")
	}
	return texts
}

// squeeze drops white space, and with it the line breaks of the page.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func TestNoteFitsTwoPagesInLibreOffice(t *testing.T) {
	b := builder(t)
	files := map[string][]byte{}
	docs := map[string]*document.Document{}
	for name, s := range selections {
		asOf, actors, _ := strings.Cut(s, " ")
		d, _ := note(t, b, options(t, asOf), actors)
		key := strings.ReplaceAll(name, " ", "-")
		docs[key], files[key] = d, docx(t, d)
	}
	for name, text := range pages(t, files) {
		starts := 0
		for i, page := range text {
			for line := range strings.SplitSeq(page, "\n") {
				if strings.TrimSpace(line) == brief.EvidenceHeading && starts == 0 {
					starts = i + 1
				}
			}
		}
		if starts < 2 || starts > 3 {
			t.Errorf("%s: the body of evidence starts on page %d, want page 3 at the latest", name, starts)
		}
	}
}

func TestLibreOfficeShowsWholeNote(t *testing.T) {
	b := builder(t)
	d, p := note(t, b, options(t, "2021-02-19"), "est jpn")
	data := docx(t, d)
	f, err := docxtest.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	text := pages(t, map[string][]byte{"note": data})["note"]
	whole := squeeze(strings.Join(text, ""))
	if !strings.Contains(whole, squeeze("Estonia and Japan as of 19 February 2021")) {
		t.Error("the PDF lacks the title")
	}
	v := p.Data.(*view.Compare)
	for i := range v.Propositions {
		row := &v.Propositions[i]
		if s := strings.TrimRight(row.Statement, ". "); strings.HasPrefix(row.Outcome, "agree") && !strings.Contains(whole, squeeze(s)) {
			t.Errorf("the PDF lacks the agreement %q", s)
		}
	}
	for id, n := range f.Footnotes {
		if !strings.Contains(whole, squeeze(n)) {
			t.Errorf("the PDF lacks footnote %d: %s", id, n)
		}
	}
	var html bytes.Buffer
	if err := document.WriteHTML(&html, d); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(html.Bytes(), []byte("Estonia and Japan as of 19 February 2021")) {
		t.Error("the HTML lacks the title")
	}
}
