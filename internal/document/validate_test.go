package document

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSampleIsValid(t *testing.T) {
	if err := sample().Validate(); err != nil {
		t.Errorf("the sample does not validate: %v", err)
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	table := func(rows ...Row) Table { return Table{Header: Cells("a", "b"), Rows: rows} }
	for name, c := range map[string]struct {
		doc  Document
		want []string // one piece of each message, in order
	}{
		"empty title":              {Document{Title: " \t"}, []string{"title is empty"}},
		"title of control letters": {Document{Title: "\x00\x1b"}, []string{"title is empty"}},
		"malformed language":       {Document{Title: "T", Lang: "english!"}, []string{`"english!" is not a language`}},
		"impossible date":          {Document{Title: "T", Date: "2021-02-30"}, []string{`"2021-02-30" is not a date`}},
		"partial date":             {Document{Title: "T", Date: "2021-02"}, nil},
		"level jump":               {Document{Title: "T", Blocks: []Block{H(1, "a"), P("x"), H(3, "b")}}, []string{"block 3 (heading): level 3 follows level 1; use level 2"}},
		"first heading too deep":   {Document{Title: "T", Blocks: []Block{H(2, "a")}}, []string{"level 2 follows level 0"}},
		"back up is no jump":       {Document{Title: "T", Blocks: []Block{H(1, "a"), H(2, "b"), H(3, "c"), H(1, "d")}}, nil},
		"level that is not there":  {Document{Title: "T", Blocks: []Block{H(4, "a")}}, []string{"level 4 does not exist"}},
		"empty heading":            {Document{Title: "T", Blocks: []Block{H(1)}}, []string{"it is empty"}},
		"short row":                {Document{Title: "T", Blocks: []Block{table(R("1", "2"), R("1"))}}, []string{"block 1 (table), row 2: 1 cells where 2 belong"}},
		"group row of two":         {Document{Title: "T", Blocks: []Block{table(Row{Cells: Cells("1", "2"), Group: true})}}, []string{"2 cells where 1 belong"}},
		"no header":                {Document{Title: "T", Blocks: []Block{Table{}}}, []string{"no header row"}},
		"widths":                   {Document{Title: "T", Blocks: []Block{Table{Header: Cells("a"), Widths: []int{1, 0}}}}, []string{"2 widths for 1 columns", "a column of width 0"}},
		"script link":              {Document{Title: "T", Blocks: []Block{P(A("javascript:alert(1)", "x"))}}, []string{"not safe"}},
		"script link in a note":    {Document{Title: "T", Blocks: []Block{table(R("1", C(Fn(A("data:text/html,x")))))}}, []string{"row 1, cell 2: the link"}},
		"link without host":        {Document{Title: "T", Blocks: []Block{P(A("https:///x", "x"))}}, []string{"not safe"}},
		"link with a password":     {Document{Title: "T", Blocks: []Block{P(A("https://a:b@example.org", "x"))}}, []string{"not safe"}},
		"relative link":            {Document{Title: "T", Blocks: []Block{P(A("/compare", "x"))}}, []string{"not safe or not complete"}},
		"dangling anchor":          {Document{Title: "T", Blocks: []Block{P(A("#nowhere", "x"))}}, []string{`no heading has the anchor "nowhere"`}},
		"link without text":        {Document{Title: "T", Blocks: []Block{P(Link{URL: "https://example.org"})}}, []string{"has no text"}},
		"link in link":             {Document{Title: "T", Blocks: []Block{P(A("https://a.org", "x", B(A("https://b.org"))))}}, []string{"link inside a link"}},
		"anchor twice":             {Document{Title: "T", Blocks: []Block{H(1, "a").Anchor("x"), H(1, "b").Anchor("X")}}, []string{"used before"}},
		"anchor of a note":         {Document{Title: "T", Blocks: []Block{H(1, "a").Anchor("fn-1")}}, []string{"cannot be an anchor"}},
		"note in note":             {Document{Title: "T", Blocks: []Block{P(Fn("a", Fn("b")))}}, []string{"footnote inside a footnote"}},
		"empty note":               {Document{Title: "T", Blocks: []Block{P("a", Fn())}}, []string{"footnote 1: it is empty"}},
		"key twice":                {Document{Title: "T", Blocks: []Block{P(FnKey("k", "a"), FnKey("k", "b"))}}, []string{"footnote 2"}},
		"reference to no note":     {Document{Title: "T", Blocks: []Block{P(See("k"))}}, []string{`no footnote has the key "k"`}},
		"reference forward":        {Document{Title: "T", Blocks: []Block{P(Again("k")), P(FnKey("k", "a"))}}, nil},
		"bad span":                 {Document{Title: "T", Blocks: []Block{P(Lang("", "x"))}}, []string{"not a language tag"}},
		"empty list":               {Document{Title: "T", Blocks: []Block{Bullets()}}, []string{"no entry"}},
		"deep list":                {Document{Title: "T", Blocks: []Block{Bullets(Li("1").With(Bullets(Li("2").With(Bullets(Li("3").With(Bullets("4")))))))}}, []string{"three deep"}},
		"table in a callout":       {Document{Title: "T", Blocks: []Block{Note("n", table(R("1", "2")))}}, []string{"cannot hold a table"}},
		"figure without words":     {Document{Title: "T", Blocks: []Block{Figure{PNG: []byte("x")}}}, []string{"no text that replaces it", "cannot be read"}},
		"nil pieces":               {Document{Title: "T", Blocks: []Block{nil, Paragraph{[]Inline{nil}}}}, []string{"block 1: it is nil", "a piece of text is nil"}},
		"two faults at once":       {Document{Blocks: []Block{Bullets()}}, []string{"title is empty", "no entry"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.doc.Validate()
			var got []error
			if j, ok := err.(interface{ Unwrap() []error }); ok {
				got = j.Unwrap()
			}
			if len(got) != len(c.want) {
				t.Fatalf("%d faults, want %d: %v", len(got), len(c.want), err)
			}
			for i, e := range got {
				var p *Problem
				if !errors.As(e, &p) || p.Where == "" || p.What == "" || p.Mend == "" {
					t.Errorf("%#v does not say where, what and what to do", e)
				}
				if !strings.Contains(e.Error(), c.want[i]) {
					t.Errorf("fault %d is %q, want it to contain %q", i+1, e, c.want[i])
				}
			}
		})
	}
}

func TestNotesFollowReadingOrder(t *testing.T) {
	d := Document{Title: "T", Meta: []Pair{Meta("m", Fn("1"))}}
	d.Add(H(1, "h", Fn("2")), Table{Caption: Inlines("c", Fn("3")), Header: Cells(C("x", Fn("4"))), Rows: []Row{R(C("y", Fn("5")))}},
		Bullets(Li("a", Fn("6")).With(Numbered(Li("b", Fn("7"))))), Note("n", P(A("https://example.org", "text", Fn("8")), B(Fn("9", Fn("inner"))))))
	var got []string
	for _, n := range d.Notes() {
		got = append(got, PlainText(n.Inlines))
	}
	if diff := cmp.Diff([]string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestInlinesRefusesOtherTypes(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a number was taken as running text")
		}
	}()
	P("x", 7)
}

func TestSafeURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://example.org/a?b=c#d":        "https://example.org/a?b=c#d",
		"HTTP://example.org":                 "http://example.org",
		"mailto:office@example.org":          "mailto:office@example.org",
		"https://example.org/a b":            "https://example.org/a%20b",
		"https://example.org/(x)":            "https://example.org/%28x%29",
		"https://example.org/国?q=é\"<":       "https://example.org/%E5%9B%BD?q=%C3%A9%22%3C",
		"https://[2001:db8::1]:8080/x":       "https://[2001:db8::1]:8080/x",
		"#votes":                             "#votes",
		"#a b":                               "",
		"javascript:alert(1)":                "",
		" javascript:alert(1)":               "",
		"java\nscript:alert(1)":              "",
		"data:text/html,x":                   "",
		"file:///etc/passwd":                 "",
		"//example.org":                      "",
		"https:\\\\example.org":              "",
		"https://example.org/%zz":            "",
		"":                                   "",
		"https://e.org/" + long('a', 3000):   "",
		"https://e.org/" + long(0x56fd, 600): "", // 600 letters are 5,400 bytes once encoded
	} {
		got, ok := safeURL(in)
		if got != want && ok || ok != (want != "") {
			t.Errorf("safeURL(%.40q) = %.60q, %v; want %q", in, got, ok, want)
		}
	}
}

func long(r rune, n int) string { return strings.Repeat(string(r), n) }

func TestColumnsShareTheWidth(t *testing.T) {
	for name, c := range map[string]struct {
		t    Table
		want []int
	}{
		"by hints":            {Table{Header: Cells("a", "b"), Widths: []int{3, 1}}, []int{750, 250}},
		"by text":             {Table{Header: Cells("a", "0123456789012345678901234567890")}, []int{243, 757}}, // 10 of 41 (10 at least, 31)
		"long text is capped": {Table{Header: Cells("a", long('x', 500))}, []int{181, 819}},                    // 10 of 55 (45 at most)
		"no column":           {Table{}, []int{}},
	} {
		if diff := cmp.Diff(c.want, c.t.shares(1000)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
