package taxii

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"entente/internal/exchange/stix"
)

// discovery answers with the list of API roots [4.1.1].
func (c *call) discovery(ctx context.Context) error {
	info, err := c.b.Root(ctx, c.account)
	if err != nil {
		return err
	}
	root := strings.TrimSuffix(c.o.URL, "/") + RootPath
	return c.json(http.StatusOK, struct {
		Title       string   `json:"title"`
		Description string   `json:"description,omitempty"`
		Default     string   `json:"default"`
		APIRoots    []string `json:"api_roots"`
	}{titled(info.Title), info.Description, root, []string{root}})
}

// titled gives a required title a text.
func titled(s string) string {
	if strings.TrimSpace(s) == "" {
		return "Entente"
	}
	return s
}

// root answers with what the API root is [4.2.1].
func (c *call) root(ctx context.Context) error {
	info, err := c.b.Root(ctx, c.account)
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, struct {
		Title            string   `json:"title"`
		Description      string   `json:"description,omitempty"`
		Versions         []string `json:"versions"`
		MaxContentLength int64    `json:"max_content_length"`
	}{titled(info.Title), info.Description, []string{MediaType}, c.maxContent(info)})
}

func (c *call) maxContent(info RootInfo) int64 {
	if info.MaxContentLength > 0 {
		return min(info.MaxContentLength, c.o.MaxContent)
	}
	return c.o.MaxContent
}

// collections lists those that the account may know of, by id [5.1].
func (c *call) collections(ctx context.Context) error {
	list, err := c.b.Collections(ctx, c.account)
	if err != nil {
		return err
	}
	list = slices.SortedFunc(slices.Values(list), func(a, b Collection) int { return strings.Compare(a.ID, b.ID) })
	for i := range list {
		list[i] = withTypes(list[i])
	}
	return c.json(http.StatusOK, struct {
		Collections []Collection `json:"collections,omitempty"`
	}{list})
}

// status tells what became of a POST of the same account [4.3].
func (c *call) status(ctx context.Context) error {
	if _, why := stix.ParseID("status--" + c.route.id); why != "" {
		return notFound("there is no such status")
	}
	st, err := c.b.Status(ctx, c.account, c.route.id)
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, complete(st))
}

// complete gives each object of a status a version.
func complete(st *Status) *Status {
	out := *st
	for _, list := range []*[]StatusDetail{&out.Successes, &out.Failures, &out.Pendings} {
		*list = slices.Clone(*list)
		for i := range *list {
			(*list)[i].Version = versionText((*list)[i].Version)
		}
	}
	out.Receipts = slices.Clone(out.Receipts)
	for i := range out.Receipts {
		out.Receipts[i].Version = versionText(out.Receipts[i].Version)
	}
	return &out
}
