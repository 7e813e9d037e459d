package cli

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"entente/internal/exchange/node"
)

// nodeFlag adds --node, which says with which node a command works.
func nodeFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "node", "", "the `folder` of the node; ENTENTE_NODE does the same")
	_ = cmd.MarkFlagDirname("node") // only errs for a flag that is not there
}

// openNode opens the node in a folder, or the one that the environment names.
// Whoever opens it closes it.
func (g *global) openNode(dir string) (*node.Node, error) {
	return g.openNodeWith(dir, node.Options{})
}

func (g *global) openNodeWith(dir string, o node.Options) (*node.Node, error) {
	if dir == "" {
		dir = g.getenv("ENTENTE_NODE")
	}
	switch {
	case dir == "":
		return nil, invalid("--node", "it is not said which node", "add --node DIR (entente node init makes one), or set ENTENTE_NODE")
	case g.db != "" || g.corpus != "":
		return nil, invalid("--node", "a node knows its store; --db and --corpus name something else", "leave them out")
	}
	return node.Open(g.ctx, dir, o)
}

// oneOf checks the value of a flag.
func oneOf(flag, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return invalid(flag, fmt.Sprintf("there is no choice %q", value), "expected "+strings.Join(allowed, ", "))
}

// lines is where a server writes what an operator should know.
func lines(app *App, asJSON bool) *slog.Logger {
	if asJSON {
		return slog.New(slog.NewJSONHandler(app.Stderr, nil))
	}
	return slog.New(slog.NewTextHandler(app.Stderr, nil))
}
