package taxii

import (
	"net/http"
	"strings"
	"unicode/utf8"
)

// route is a request's path taken apart.
type route struct {
	endpoint   string
	collection string // id or alias
	id         string // of an object or a status
}

// parseRoute reads a path, with or without the slash at its end [3.1].
func parseRoute(path string) (route, bool) {
	rest, ok := strings.CutPrefix(strings.TrimSuffix(path, "/")+"/", Base)
	if !ok || !plainText(rest) {
		return route{}, false
	}
	if rest == "" {
		return route{endpoint: "discovery"}, true
	}
	rest, ok = strings.CutPrefix(Base+rest, RootPath)
	if !ok {
		return route{}, false
	}
	if rest == "" {
		return route{endpoint: "root"}, true
	}
	var parts [6]string
	n := 0
	for part := range strings.SplitSeq(strings.TrimSuffix(rest, "/"), "/") {
		if n == len(parts) || part == "" {
			return route{}, false
		}
		parts[n] = part
		n++
	}
	r := route{collection: parts[1], id: parts[3]}
	switch {
	case parts[0] == "status" && n == 2:
		return route{endpoint: "status", id: parts[1]}, true
	case parts[0] != "collections":
		return route{}, false
	case n == 1:
		r.endpoint = "collections"
	case n == 2:
		r.endpoint = "collection"
	case n == 3 && parts[2] == "manifest":
		r.endpoint = "manifest"
	case n == 3 && parts[2] == "objects":
		r.endpoint = "objects"
	case n == 4 && parts[2] == "objects":
		r.endpoint = "object"
	case n == 5 && parts[2] == "objects" && parts[4] == "versions":
		r.endpoint = "versions"
	default:
		return route{}, false
	}
	return r, true
}

// maxPath bounds a path: the longest identifier has 250 + 2 + 36 letters.
const maxPath = 1000

// plainText reports whether a text may be asked of a database: short, in UTF-8
// and without control characters.
func plainText(s string) bool {
	return len(s) <= maxPath && utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0
}

func (r route) allows(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead:
		return true
	case http.MethodPost:
		return r.endpoint == "objects"
	case http.MethodDelete:
		return r.endpoint == "object"
	}
	return false
}

func (r route) methods() string {
	switch r.endpoint {
	case "objects":
		return "GET, HEAD, POST"
	case "object":
		return "GET, HEAD, DELETE"
	}
	return "GET, HEAD"
}
