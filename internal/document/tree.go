package document

// Document is one report. The zero value renders, but does not validate.
type Document struct {
	Title    string
	Subtitle string
	// Lang is the BCP 47 tag of the text, "en" when empty.
	Lang string
	// Date is the day of the report as ISO 8601: 2021, 2021-02 or 2021-02-19.
	// The DOCX carries it as its time of creation. No writer reads a clock.
	Date string
	// DateText is how the date is printed; when empty an English document
	// prints "19 February 2021" and any other prints Date as it stands.
	DateText string
	// Author is the body that answers for the text, for the file's properties.
	Author string
	// Footer stands beside the page number on each page; Title when empty.
	Footer string
	// Meta are the labelled facts below the title: as-of date, corpus, link.
	Meta   []Pair
	Blocks []Block
	// Labels are the few words that the writers add themselves.
	Labels Labels
}

// Pair is one line below the title.
type Pair struct {
	Label string
	Value []Inline
}

// Labels are the words that renderers add to the text. Empty fields mean the
// English word.
type Labels struct {
	Date  string // label of the date line: "Date"
	Notes string // heading above the end notes of the HTML page: "Notes"
	Note  string // spoken before the number of a note: "Note"
	Back  string // spoken for the link from a note to the text: "Back to the text"
	Page  string // footer, before the page number: "Page"
	Of    string // footer, between page number and number of pages: "of"
}

// Block is one vertical piece of a document: [Heading], [Paragraph], [Quote],
// [List], [Table], [Callout], [Figure] or [PageBreak].
type Block interface{ block() }

// Inline is a piece of running text: [Text], [Strong], [Emphasis], [Code],
// [Link], [Span], [Footnote], [NoteRef] or [Break].
type Inline interface{ inline() }

// Heading opens a section. Level is 1, 2 or 3; the title of the document
// stands above level 1. ID is an optional anchor for links such as "#votes".
type Heading struct {
	Level   int
	ID      string
	Inlines []Inline
}

// Paragraph is running text.
type Paragraph struct{ Inlines []Inline }

// Quote is a passage in somebody else's words, set off from the text.
type Quote struct{ Inlines []Inline }

// List has bullets, or numbers from 1.
type List struct {
	Numbered bool
	Items    []Item
}

// Item is one entry of a list, with an optional list below it.
type Item struct {
	Inlines []Inline
	Nested  *List
}

// Align says how the cells of a column stand.
type Align int

// The alignments of a column. Start is left in a script that runs to the right.
const (
	Start Align = iota
	Centre
	End
)

// Table has a caption, one header row that repeats on each page, and rows.
type Table struct {
	Caption []Inline
	Header  []Cell
	Rows    []Row
	// Widths are the relative widths of the columns (any unit); when empty
	// they follow the length of the text.
	Widths []int
	// Aligns are the alignments of the columns; missing ones are Start.
	Aligns []Align
	// RowHeaders says that the first cell of each row names the row.
	RowHeaders bool
}

// Row is one row of a table. A Group row has exactly one cell; it spans all
// columns and heads the rows below it.
type Row struct {
	Cells []Cell
	Group bool
}

// Cell is one cell; use [Break] for a second line in it.
type Cell struct{ Inlines []Inline }

// Callout is a note or a caution that stands apart from the text. It holds
// paragraphs and lists only.
type Callout struct {
	Title  string
	Blocks []Block
}

// Figure is a picture with the text that replaces it. HTML shows the SVG when
// there is one, else the PNG; DOCX shows the PNG; Markdown shows the Alt text.
type Figure struct {
	Alt     string
	Caption []Inline
	PNG     []byte
	SVG     []byte
}

// PageBreak starts a new page where there are pages.
type PageBreak struct{}

// Text is plain text. Line ends and tabs in it count as one space.
type Text string

// Strong is important text.
type Strong struct{ Inlines []Inline }

// Emphasis is stressed text, or the title of a work.
type Emphasis struct{ Inlines []Inline }

// Code is a command, an identifier or a file name.
type Code string

// Link leads to an http, https or mailto address, or to "#id" of a heading.
// Any other address is printed as text without a link.
type Link struct {
	URL     string
	Inlines []Inline
}

// Span is text in another language than the text around it.
type Span struct {
	Lang    string
	Inlines []Inline
}

// Footnote is a note that hangs at this place of the text. Key is needed only
// when a [NoteRef] points to it. A footnote inside a footnote is printed in
// brackets.
type Footnote struct {
	Key     string
	Inlines []Inline
}

// NoteRef prints the number of the footnote with this key ("see n 3"). With
// Mark it is a raised mark like that of the note itself: the same source again,
// without a second note.
type NoteRef struct {
	Key  string
	Mark bool
}

// Break ends the line inside a paragraph or a cell.
type Break struct{}

func (Heading) block()   {}
func (Paragraph) block() {}
func (Quote) block()     {}
func (List) block()      {}
func (Table) block()     {}
func (Callout) block()   {}
func (Figure) block()    {}
func (PageBreak) block() {}

func (Text) inline()     {}
func (Strong) inline()   {}
func (Emphasis) inline() {}
func (Code) inline()     {}
func (Link) inline()     {}
func (Span) inline()     {}
func (Footnote) inline() {}
func (NoteRef) inline()  {}
func (Break) inline()    {}
