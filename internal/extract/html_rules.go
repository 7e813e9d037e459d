package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// What an element means for the text.
type meaning uint8

const (
	flow     meaning = iota // an element inside a line: no boundary
	block                   // begins and ends a paragraph
	heading                 // a block that is a heading
	skipped                 // left out with all that it holds
	list                    // ol, ul
	item                    // li
	row                     // tr
	cell                    // td, th
	verbatim                // pre: line breaks count
)

// elements gives each element's meaning; those not named are flow.
var elements = map[string]meaning{
	"address": block, "article": block, "aside": block, "blockquote": block, "body": block, "caption": block,
	"center": block, "dd": block, "details": block, "dialog": block, "div": block, "dl": block, "dt": block,
	"fieldset": block, "figcaption": block, "figure": block, "footer": block, "form": block, "header": block,
	"hgroup": block, "html": block, "legend": block, "main": block, "p": block, "search": block, "section": block,
	"summary": block, "table": block, "tbody": block, "tfoot": block, "thead": block,
	"h1": heading, "h2": heading, "h3": heading, "h4": heading, "h5": heading, "h6": heading,
	"applet": skipped, "audio": skipped, "button": skipped, "canvas": skipped, "datalist": skipped, "del": skipped,
	"iframe": skipped, "map": skipped, "menu": skipped, "nav": skipped, "noembed": skipped, "noframes": skipped,
	"noscript": skipped, "object": skipped, "rp": skipped, "rt": skipped, "script": skipped, "select": skipped,
	"style": skipped, "svg": skipped, "template": skipped, "textarea": skipped, "video": skipped,
	"dir": list, "ol": list, "ul": list,
	"li": item, "tr": row, "td": cell, "th": cell,
	"listing": verbatim, "pre": verbatim, "xmp": verbatim,
}

// void elements have no content and no end tag.
var void = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true,
}

// closes says which open elements a start tag ends by itself, up to a barrier:
// the rules of HTML for tags that may be left out.
var closes = map[string]struct{ ends, barrier []string }{
	"li":    {[]string{"li"}, []string{"ol", "ul", "dir"}},
	"dt":    {[]string{"dt", "dd"}, []string{"dl"}},
	"dd":    {[]string{"dt", "dd"}, []string{"dl"}},
	"tr":    {[]string{"tr"}, []string{"table"}},
	"td":    {[]string{"td", "th"}, []string{"tr", "table"}},
	"th":    {[]string{"td", "th"}, []string{"tr", "table"}},
	"tbody": {[]string{"thead", "tbody", "tfoot"}, []string{"table"}},
	"tfoot": {[]string{"thead", "tbody", "tfoot"}, []string{"table"}},
	"thead": {[]string{"thead", "tbody", "tfoot"}, []string{"table"}},
}

var invisibleStyle = regexp.MustCompile(`(?i)(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))`)

// hidden tells whether the attributes of an element hide it, or name it as a part
// of the site rather than of the text.
func hidden(attr []html.Attribute) bool {
	for _, a := range attr {
		switch strings.ToLower(a.Key) {
		case "hidden":
			if !strings.EqualFold(a.Val, "until-found") {
				return true
			}
		case "aria-hidden":
			if strings.EqualFold(a.Val, "true") {
				return true
			}
		case "style":
			if invisibleStyle.MatchString(a.Val) {
				return true
			}
		case "role":
			switch strings.ToLower(strings.TrimSpace(a.Val)) {
			case "navigation", "search", "banner", "contentinfo", "menu", "menubar":
				return true
			}
		}
	}
	return false
}

func attribute(attr []html.Attribute, key string) (string, bool) {
	for _, a := range attr {
		if strings.EqualFold(a.Key, key) {
			return a.Val, true
		}
	}
	return "", false
}
