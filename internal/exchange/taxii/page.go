package taxii

import (
	"context"
	"net/http"
	"slices"
)

// maxTurns bounds how often a backend is asked for one page.
const maxTurns = 100

// find asks the backend until there is a record or nothing is left: a client that
// pages by the header of the last object could not go on from an empty page.
func (c *call) find(ctx context.Context, collection string, q Query) (*Page, error) {
	for turn := 0; ; turn++ {
		p, err := c.b.Page(ctx, c.account, collection, q)
		if err != nil {
			return nil, err
		}
		if len(p.Records) > 0 || !p.More || p.Next <= q.After || turn == maxTurns {
			return p, nil
		}
		q.After = p.Next
	}
}

// page answers the requests for objects, manifests and versions [5.3-5.8].
func (c *call) page(ctx context.Context, col Collection) error {
	q, scope, err := c.query(col.ID)
	if err != nil {
		return err
	}
	q.Bodies = !c.head && (c.route.endpoint == "objects" || c.route.endpoint == "object")
	p, err := c.find(ctx, col.ID, q)
	if err != nil {
		return err
	}
	if q.Object != "" && !p.Known {
		return notFound("there is no such object")
	}
	if c.event.Records = len(p.Records); c.event.Records > 0 {
		h := c.w.Header()
		h["X-Taxii-Date-Added-First"] = []string{p.Records[0].Added.String()}
		h["X-Taxii-Date-Added-Last"] = []string{p.Records[len(p.Records)-1].Added.String()}
	}
	b := getBuffer()
	defer putBuffer(b)
	*b = append(*b, '{')
	if p.More {
		*b = append(*b, `"more":true,"next":"`...)
		*b = append(*b, c.next.seal(scope, p.Next)...)
		*b = append(*b, '"')
		if len(p.Records) > 0 {
			*b = append(*b, ',')
		}
	}
	switch {
	case len(p.Records) == 0:
	case q.Bodies:
		*b = append(*b, `"objects":[`...)
		return c.stream(b, p.Records)
	case c.route.endpoint == "versions":
		*b = appendVersions(*b, p.Records)
	default:
		*b = appendManifest(*b, p.Records, withTypes(col).MediaTypes)
	}
	*b = append(*b, '}')
	return c.send(http.StatusOK, *b)
}

// appendManifest writes what is known of each version [5.3.1].
func appendManifest(b []byte, list []Record, types []string) []byte {
	b = append(b, `"objects":[`...)
	for i := range list {
		r := &list[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"id":`...)
		b = appendString(b, string(r.ID))
		b = append(b, `,"date_added":"`...)
		b = r.Added.Time().AppendFormat(b, StampLayout)
		b = append(b, `","version":`...)
		b = appendString(b, versionText(r.Version))
		b = append(b, `,"media_type":`...)
		b = appendString(b, mediaType(r.Spec, types))
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendVersions(b []byte, list []Record) []byte {
	b = append(b, `"versions":[`...)
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, versionText(list[i].Version))
	}
	return append(b, ']')
}

func versionText(v string) string {
	if v == "" {
		return Unversioned
	}
	return v
}

// mediaType gives that one of the collection's types which an object has [5.3.1].
func mediaType(spec string, types []string) string {
	want := StixMediaType
	if spec == "2.0" {
		want = Stix20MediaType
	}
	if slices.Contains(types, want) {
		return want
	}
	return types[0]
}

// withTypes fills in what a collection holds when it does not say.
func withTypes(col Collection) Collection {
	if len(col.MediaTypes) == 0 {
		col.MediaTypes = []string{StixMediaType, Stix20MediaType}
	}
	return col
}
