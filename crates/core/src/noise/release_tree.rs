//! The places that a release has figures of: one over all, neighbourhoods in it, small areas in those. It is chosen before the
//! counts of a period are looked at, else the choice would tell of them.

use std::collections::BTreeMap;

/// A place of a tree and, unless it is the one over all, the place that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseNode {
    /// Unique in the tree: geography and code.
    pub id: String,
    /// Index of the place that it lies in; smaller than its own.
    pub parent: Option<usize>,
}

/// Levels from one place down to small areas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseTree {
    nodes: Vec<ReleaseNode>,
    children: Vec<Vec<usize>>,
    level: Vec<usize>,
}

/// Places that are not a tree of levels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTree {
    /// Nothing in it.
    #[error("there are no places to release figures of")]
    Empty,
    /// A second place without one over it, or one that comes before the place that it is in.
    #[error("place {0:?} must come after the place that it lies in, and only the first lies in none")]
    Misplaced(String),
    /// Two of one name.
    #[error("place {0:?} is in the tree twice")]
    Twice(String),
    /// Small areas at several depths.
    #[error("place {0:?} holds no small areas; all of them lie as deep as each other")]
    Uneven(String),
}

impl ReleaseTree {
    /// From places, each after the one that it lies in.
    ///
    /// # Errors
    /// They are not a tree whose ends are all as deep.
    pub fn new(nodes: Vec<ReleaseNode>) -> Result<Self, InvalidTree> {
        let mut children = vec![Vec::new(); nodes.len()];
        let mut level = Vec::with_capacity(nodes.len());
        let mut seen = BTreeMap::new();
        for (at, node) in nodes.iter().enumerate() {
            match node.parent {
                None if at == 0 => level.push(0),
                Some(parent) if parent < at => {
                    children[parent].push(at);
                    level.push(level[parent] + 1);
                }
                _ => return Err(InvalidTree::Misplaced(node.id.clone())),
            }
            if seen.insert(&node.id, at).is_some() {
                return Err(InvalidTree::Twice(node.id.clone()));
            }
        }
        let deepest = *level.iter().max().ok_or(InvalidTree::Empty)?;
        let uneven = (0..nodes.len()).find(|at| children[*at].is_empty() && level[*at] < deepest);
        if let Some(at) = uneven {
            return Err(InvalidTree::Uneven(nodes[at].id.clone()));
        }
        Ok(Self { nodes, children, level })
    }

    /// The places; the first is over all others.
    #[must_use]
    pub fn nodes(&self) -> &[ReleaseNode] {
        &self.nodes
    }

    /// What lies directly in a place.
    #[must_use]
    pub fn children(&self, node: usize) -> &[usize] {
        &self.children[node]
    }

    /// How deep a place lies: 0 is the one over all.
    #[must_use]
    pub fn level(&self, node: usize) -> usize {
        self.level[node]
    }

    /// Number of levels.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.level.iter().max().map_or(0, |deepest| deepest + 1)
    }

    /// The small areas, in the order of the places.
    pub fn leaves(&self) -> impl Iterator<Item = usize> {
        (0..self.nodes.len()).filter(|node| self.children[*node].is_empty())
    }

    /// Sums of small areas for every place; `of_leaf` is asked once for each small area.
    #[must_use]
    pub fn sums(&self, of_leaf: impl Fn(usize) -> u64) -> Vec<u64> {
        let mut sums = vec![0; self.nodes.len()];
        for node in (0..self.nodes.len()).rev() {
            if self.children[node].is_empty() {
                sums[node] = of_leaf(node);
            }
            if let Some(parent) = self.nodes[node].parent {
                sums[parent] += sums[node];
            }
        }
        sums
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A place with neighbourhoods of so many small areas each.
    pub(crate) fn tree(sizes: &[usize]) -> ReleaseTree {
        let mut nodes = vec![ReleaseNode { id: "all".into(), parent: None }];
        for (nth, size) in sizes.iter().enumerate() {
            nodes.push(ReleaseNode { id: format!("n{nth}"), parent: Some(0) });
            let parent = nodes.len() - 1;
            let small = |at| ReleaseNode { id: format!("s{nth}-{at}"), parent: Some(parent) };
            nodes.extend((0..*size).map(small));
        }
        ReleaseTree::new(nodes).unwrap()
    }

    #[test]
    fn levels_children_and_sums() {
        let tree = tree(&[2, 1]);
        assert_eq!((tree.levels(), tree.leaves().collect::<Vec<_>>()), (3, vec![2, 3, 5]));
        assert_eq!(tree.sums(|leaf| leaf as u64), [10, 5, 2, 3, 5, 5]);
        assert_eq!((tree.children(0), tree.level(5)), (&[1, 4][..], 2));
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        let node = |id: &str, parent| ReleaseNode { id: id.into(), parent };
        let misplaced = |id: &str| Err(InvalidTree::Misplaced(id.into()));
        assert_eq!(ReleaseTree::new(vec![]), Err(InvalidTree::Empty));
        assert_eq!(ReleaseTree::new(vec![node("a", None), node("b", None)]), misplaced("b"));
        assert_eq!(ReleaseTree::new(vec![node("a", None), node("b", Some(1))]), misplaced("b"));
        let twice = ReleaseTree::new(vec![node("a", None), node("a", Some(0))]);
        assert_eq!(twice, Err(InvalidTree::Twice("a".into())));
        let uneven = vec![node("a", None), node("b", Some(0)), node("c", Some(0)), node("d", Some(1))];
        assert_eq!(ReleaseTree::new(uneven), Err(InvalidTree::Uneven("c".into())));
    }
}
