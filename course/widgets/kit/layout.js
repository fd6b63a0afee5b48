// Places for the nodes of a graph, by the steps of course/layout.py, for graphs that are typed in the browser: a test holds the two to
// the same places. Columns by depth, an order in each with few crossings, and heights without overlaps; where an edge passes a column it
// gets a vertex of its own there, a waypoint.

const SWEEPS = 12;
const APART = 0.8; // from one vertex to the next in its column
const STIFF = 4; // how much harder an edge pulls for each waypoint at its ends

/**
 * The layout of vertices with these heights: `columns` of vertices, `y` of each vertex, and for each child and each of its parents the
 * chain of vertices by which the edge goes.
 */
export function layered(parents, heights, waypoint = 0.5) {
  const depth = depths(parents);
  const columns = Array.from({ length: Math.max(...depth) + 1 }, () => []);
  depth.forEach((column, vertex) => columns[column].push(vertex));
  const high = [...heights];
  const waypoints = new Map();
  const passing = (parent, column) => {
    const key = `${parent} ${column}`;
    if (!waypoints.has(key)) {
      waypoints.set(key, high.length);
      columns[column].push(high.length);
      high.push(waypoint);
    }
    return waypoints.get(key);
  };
  const chains = parents.map((above, child) => above.map((parent) => {
    const passed = Array.from({ length: depth[child] - depth[parent] - 1 }, (_, k) => depth[parent] + 1 + k);
    return [parent, ...passed.map((column) => passing(parent, column)), child];
  }));
  const edges = edgesOf(chains, high);
  const order = ordered(columns, edges, high.length);
  return { columns: order, chains, y: placed(order, edges, high, parents.length) };
}

/** The column of each vertex: after all of its parents, and one without parents right before the first that uses it. */
export function depths(parents) {
  const depth = [];
  parents.forEach((above) => depth.push(1 + Math.max(-1, ...above.map((parent) => depth[parent]))));
  const first = new Map();
  parents.forEach((above, child) => above.forEach((parent) => {
    first.set(parent, Math.min(depth[child], first.get(parent) ?? depth[child]));
  }));
  return depth.map((own, v) => (parents[v].length || !first.has(v) ? own : first.get(v) - 1));
}

/** Every edge from one column to the next, once: from, to, and how far below the centre of `to` it enters. */
function edgesOf(chains, heights) {
  const found = new Map();
  chains.forEach((ways, child) => ways.forEach((chain, position) => chain.slice(1).forEach((end, i) => {
    const below = end === child ? 0.8 * heights[child] * ((position + 1) / (ways.length + 1) - 0.5) : 0;
    found.set(`${chain[i]} ${end} ${below}`, [chain[i], end, below]);
  })));
  return [...found.values()];
}

/** The columns, each sorted by where its neighbours stand, now those to its left, now those to its right; the best order met. */
function ordered(columns, edges, count) {
  const current = columns.map((column) => [...column]);
  let [best, fewest] = [columns, crossings(current, edges, count)];
  const sweeps = fewest ? SWEEPS : 0;
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const forward = sweep % 2 === 1;
    const rank = ranks(current, count);
    for (const column of forward ? current : [...current].reverse()) {
      const wanted = new Map(column.map((vertex) => [vertex, barycentre(vertex, edges, rank, forward)]));
      column.sort((v, w) => wanted.get(v) - wanted.get(w));
      column.forEach((vertex, i) => { rank[vertex] = i; });
    }
    swapNeighbours(current, edges, count);
    const found = crossings(current, edges, count);
    if (found < fewest) [best, fewest] = [current.map((column) => [...column]), found];
  }
  return best;
}

/** Exchange neighbours in a column wherever that leaves fewer crossings. */
function swapNeighbours(columns, edges, count) {
  let fewest = crossings(columns, edges, count);
  for (const column of columns) {
    for (let i = 0; i + 1 < column.length; i += 1) {
      [column[i], column[i + 1]] = [column[i + 1], column[i]];
      const found = crossings(columns, edges, count);
      if (found < fewest) fewest = found;
      else [column[i], column[i + 1]] = [column[i + 1], column[i]];
    }
  }
}

function ranks(columns, count) {
  const rank = Array(count).fill(0);
  columns.forEach((column) => column.forEach((vertex, i) => { rank[vertex] = i; }));
  return rank;
}

/** The mean rank of the neighbours before (or after) a vertex; its own rank where there are none. */
function barycentre(vertex, edges, rank, forward) {
  const found = forward
    ? edges.flatMap(([start, end]) => (end === vertex ? [rank[start]] : []))
    : edges.flatMap(([start, end, below]) => (start === vertex ? [rank[end] + 0.1 * Math.sign(below)] : []));
  return found.length ? found.reduce((sum, each) => sum + each, 0) / found.length : rank[vertex];
}

/** How many pairs of edges between the same two columns cross. */
function crossings(columns, edges, count) {
  const rank = ranks(columns, count);
  const columnOf = [];
  columns.forEach((column, i) => column.forEach((vertex) => { columnOf[vertex] = i; }));
  const between = columns.map(() => []);
  for (const [start, end, below] of edges) between[columnOf[start]].push([rank[start], rank[end] + 0.01 * below]);
  let crossed = 0;
  for (const ends of between) {
    ends.forEach(([a, b], i) => {
      for (const [c, d] of ends.slice(0, i)) crossed += (a - c) * (b - d) < 0 ? 1 : 0;
    });
  }
  return crossed;
}

/**
 * The height of each vertex's centre: as near to its neighbours as its column leaves room for. Waypoints, the vertices from `real` on,
 * pull harder, so that long edges run straight.
 */
function placed(columns, edges, heights, real) {
  const y = Array(heights.length).fill(0);
  const pulls = heights.map(() => []); // a neighbour, how far from it one would be level, how hard
  for (const [start, end, below] of edges) {
    const hard = STIFF ** ((start >= real) + (end >= real));
    pulls[start].push([end, below, hard]);
    pulls[end].push([start, -below, hard]);
  }
  const stand = (column, wanted, weights) => {
    const least = column.slice(1).map((vertex, i) => (heights[column[i]] + heights[vertex]) / 2 + APART);
    spread(wanted, least, weights).forEach((at, i) => { y[column[i]] = at; });
  };
  for (const column of columns) stand(column, column.map(() => 0), column.map(() => 1));
  for (let sweep = 0; sweep < 4 * SWEEPS; sweep += 1) {
    for (const column of sweep % 2 ? columns : [...columns].reverse()) {
      const weights = column.map((vertex) => pulls[vertex].reduce((sum, [, , hard]) => sum + hard, 0) || 1);
      stand(column, column.map((vertex, i) => (
        pulls[vertex].reduce((sum, [other, offset, hard]) => sum + hard * (y[other] + offset), 0) / weights[i]
      )), weights);
    }
  }
  return y;
}

/**
 * The numbers nearest to those wanted (in the weighted sum of squares) that keep the least distances: neighbours that come too close are
 * pooled, and share one shift.
 */
function spread(wanted, least, weights) {
  const before = [0];
  least.forEach((distance) => before.push(before.at(-1) + distance));
  const pools = [];
  wanted.forEach((want, i) => {
    pools.push([want - before[i], weights[i], 1]);
    while (pools.length > 1 && pools.at(-2)[0] > pools.at(-1)[0]) {
      const [[first, w, n], [second, v, m]] = pools.splice(-2);
      pools.push([(w * first + v * second) / (w + v), w + v, n + m]);
    }
  });
  return pools.flatMap(([value, , n]) => Array(n).fill(value)).map((value, i) => value + before[i]);
}
