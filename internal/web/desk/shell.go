package desk

import (
	"context"
	"html/template"
	"net/http"

	"entente"
)

// Shell is the site around the pages of the workbench.
type Shell interface {
	// Show writes a page in the site's frame.
	Show(w http.ResponseWriter, r *http.Request, f Frame)
	// Fail answers with the page of an error, under the status of its kind.
	Fail(w http.ResponseWriter, r *http.Request, err error)
	// Asset gives the name under which a file for the browser is served; "" when
	// it was not built.
	Asset(name string) string
	// Corpus is what is published now.
	Corpus(ctx context.Context) (*entente.Corpus, error)
}

// Frame is a page with what the site puts around it.
type Frame struct {
	Status  int // 0: 200
	Lang    string
	Title   string
	Kicker  string
	Lede    string
	Nav     []Entry // the navigation of the workbench
	Who     *Who    // nil: nobody has signed in
	Done    string  // what was just done, told once
	Content template.HTML
	Islands []string // scripts, without the ending
	Styles  []string // style sheets beside those of all pages of the workbench
	Twins   []Link
	// FormAction is a further origin that forms of the page may lead to.
	FormAction string
}

// Entry is one line of a navigation.
type Entry struct {
	Name, Href, Word string
	Current          bool
}

// Link is a place with its name.
type Link struct{ Href, Word, Media string }

// Who is the reader of a page, as its header names them.
type Who struct {
	Name  string
	Role  string // in words
	Local bool   // the one user of this machine, who did not sign in
}
