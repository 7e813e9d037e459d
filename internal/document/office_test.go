package document

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"entente/internal/testskip"
)

// pdfText converts a document with LibreOffice and reads the PDF back.
func pdfText(t *testing.T, d *Document) string {
	t.Helper()
	office := testskip.Need(t, "soffice", "apt-get install libreoffice-writer")
	reader := testskip.Need(t, "pdftotext", "apt-get install poppler-utils")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "note.docx"), docxOf(t, d), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	// A profile of its own: two LibreOffices with one profile exclude each other.
	cmd := exec.CommandContext(ctx, office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "note.docx"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(ctx, reader, "-layout", "-enc", "UTF-8", filepath.Join(dir, "note.pdf"), "-").Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return string(out)
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

func TestLibreOfficeShowsEverything(t *testing.T) {
	text := pdfText(t, sample())
	flat := squeeze(text)
	for what, want := range map[string]string{
		"title":             "Ruritania and Zenda: where they agree and where either is silent",
		"metadata":          "synthetic sample, release 1",
		"heading":           "Open issues",
		"body":              "Both states have spoken on 12 of 31 questions.",
		"entry of a list":   "b. answer requests for help",
		"callout":           "A difference is shown only where both have spoken.",
		"footnote":          "Position Paper three (2020) https://example.org/papers/three para 4.",
		"internal link":     "Counted from the list in section 2.",
		"caption":           "Where they stand, with sources",
		"row of a table":    "Synthetic resolution B 12 9 9 of 12",
		"Japanese":          "サイバー空間に適用される国際法",
		"page number":       "Page 1 of",
		"second page":       "Page 2 of", // how many there are depends on the fonts of the machine
		"text after breaks": "Called thin when fewer than five.",
	} {
		if !strings.Contains(flat, squeeze(want)) {
			t.Errorf("%s: %q is not in the PDF", what, want)
		}
	}
	heads := 0
	for page := range strings.SplitSeq(text, "\f") {
		if strings.Contains(page, "Question") && strings.Contains(page, "Outcome") {
			heads++
		}
	}
	if heads < 2 {
		t.Errorf("the header row of the long table is on %d pages, want at least 2", heads)
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestLibreOfficeOpensHostileText(t *testing.T) {
	text := pdfText(t, everywhere(hostile["script"]+hostile["end of CDATA"]+hostile["emoji"]+hostile["control characters"]))
	if !strings.Contains(squeeze(text), "<script>alert(1)</script>") {
		t.Error("the text of the script is not shown as text")
	}
}
