"""Worked examples that others have published, reproduced by our engine to the digits they print."""

import numpy as np
import pytest

from course.engine.functional import linear, sigmoid, softmax_cross_entropy
from course.engine.optim import SGD
from course.engine.regularization import l2_penalty
from course.engine.tensor import Tensor


def variable(data):
    return Tensor(np.asarray(data, dtype=float), requires_grad=True)


def shown(value, like):
    """The value, written with as many decimals as the published number."""
    return f"{float(value):.{len(like.partition('.')[2])}f}"


def assert_shows(published):
    """Every value of ours reads exactly as published. Takes pairs of a tensor or number and the published text."""
    ours = [shown(value.data if isinstance(value, Tensor) else value, text) for value, text in published]
    assert ours == [text for _, text in published]


def test_micrograd_readme():
    """Karpathy, micrograd, README.md, "Example usage": github.com/karpathy/micrograd."""
    a, b = variable(-4.0), variable(2.0)
    c = a + b
    d = a * b + b**3
    c = c + c + 1
    c = c + 1 + c + (-a)
    d = d + d * 2 + (b + a).relu()
    d = d + 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0 + 10.0 / f
    g.backward()
    assert_shows([(g, "24.7041"), (a.grad, "138.8338"), (b.grad, "645.5773")])


def test_micrograd_sanity_check():
    """Karpathy, micrograd, test/test_engine.py, `test_sanity_check`; whole numbers, so they can be had by hand."""
    x = variable(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    y = (z * z).relu() + q + q * x
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


@pytest.mark.parametrize("form", ["tanh", "exponentials"])
def test_neuron_of_the_micrograd_lecture(form):
    """Karpathy, "The spelled-out intro to neural networks and backpropagation" (2022): the neuron, in both forms it is shown in."""
    x1, x2, w1, w2, b = map(variable, (2.0, 0.0, -3.0, 1.0, 6.8813735870195432))
    n = x1 * w1 + x2 * w2 + b
    e = (2 * n).exp()
    o = n.tanh() if form == "tanh" else (e - 1) / (e + 1)
    o.backward()
    published = [(o, "0.7071"), (x1.grad, "-1.5000"), (w1.grad, "1.0000"), (x2.grad, "0.5000"), (w2.grad, "0.0000"), (n.grad, "0.5000")]
    assert_shows(published)


def test_cs231n_compound_expression():
    """CS231n course notes, optimization-2, "Compound expressions with chain rule"."""
    x, y, z = map(variable, (-2, 5, -4))
    q = x + y
    f = q * z
    f.backward()
    assert (q.data, f.data) == (3, -12)
    assert (x.grad, y.grad, z.grad, q.grad) == (-4, -4, 3, -4)


def test_cs231n_sigmoid_neuron():
    """CS231n course notes, optimization-2, the circuit of "Modularity: Sigmoid example"; its gates print two decimals."""
    w0, x0, w1, x1, w2 = map(variable, (2, -1, -3, -2, -3))
    dot = w0 * x0 + w1 * x1 + w2
    exp = (-dot).exp()
    f = 1 / (exp + 1)
    f.backward()
    assert_shows([(dot, "1.00"), (exp, "0.37"), (f, "0.73"), (exp.grad, "-0.53"), (dot.grad, "0.20")])
    assert_shows([(w0.grad, "-0.20"), (x0.grad, "0.39"), (w1.grad, "-0.39"), (x1.grad, "-0.59"), (w2.grad, "0.20")])
    assert sigmoid(dot).data == pytest.approx(f.data, rel=1e-15)


def test_cs231n_patterns_in_backward_flow():
    """CS231n course notes, optimization-2, "Patterns in backward flow": an add gate distributes, a max gate routes."""
    x, y, zw = variable(3), variable(-4), variable([2, -1])
    f = (x * y + zw.max()) * 2
    f.backward()
    assert (f.data, x.grad, y.grad, zw.grad.tolist()) == (-20, -8, 6, [2, 0])


class CS231nNet:
    """The two-layer network of the CS231n assignments: affine, ReLU, affine, softmax loss, L2 on both weights."""

    def __init__(self, W1, b1, W2, b2):
        self.weights, self.biases = [variable(W1), variable(W2)], [variable(b1), variable(b2)]

    def scores(self, X):
        (W1, W2), (b1, b2) = self.weights, self.biases
        return linear(linear(Tensor(X), W1, b1).relu(), W2, b2)

    def loss(self, X, y, lam):
        return softmax_cross_entropy(self.scores(X), y) + l2_penalty(self.weights, lam)


@pytest.fixture
def toy():
    """init_toy_model and init_toy_data of CS231n's two_layer_net.ipynb, with numpy's legacy generator, which never changes."""
    rng, data = np.random.RandomState(0), np.random.RandomState(1)
    net = CS231nNet(0.1 * rng.randn(4, 10), np.zeros(10), 0.1 * rng.randn(10, 3), np.zeros(3))
    return net, 10 * data.randn(5, 4), np.array([0, 1, 2, 2, 1]), rng


def test_cs231n_toy_network(toy):
    """CS231n assignment 1, two_layer_net.ipynb: "correct scores", and the loss with reg=0.05, where reg multiplies Σ w², no one half."""
    net, X, y, _ = toy
    scores = """-0.81233741 -1.27654624 -0.70335995 -0.17129677 -1.18803311 -0.47310444 -0.51590475 -1.01354314
        -0.85042150 -0.15419291 -0.48629638 -0.52901952 -0.00618733 -0.12435261 -0.15226949""".split()
    assert_shows(list(zip(net.scores(X).data.ravel(), scores, strict=True)))
    assert_shows([(net.loss(X, y, 0.05), "1.30378789133")])


def test_cs231n_toy_network_trained(toy):
    """The same notebook, 100 steps with learning rate 0.1 and reg=5e-6: first loss 1.241994, final loss 0.017149607938732093.

    The assignment's `train` draws 200 of the 5 examples for each step, and multiplies the rate by 0.95 after each.
    """
    net, X, y, rng = toy
    sgd = SGD(net.weights + net.biases, lr=0.1)
    losses = []
    for _ in range(100):
        batch = rng.choice(5, 200)
        loss = net.loss(X[batch], y[batch], 5e-6)
        loss.backward()
        sgd.step()
        sgd.lr *= 0.95
        losses.append(loss)
    assert_shows([(losses[0], "1.241994"), (losses[-1], "0.01714960793873")])


def test_cs231n_fully_connected_net():
    """CS231n assignment 2, FullyConnectedNets.ipynb, the check of TwoLayerNet: scores, and losses at reg 0 and 1 (there ½ reg Σ w²)."""
    N, D, H, C = 3, 5, 50, 7
    W1, W2 = np.linspace(-0.7, 0.3, D * H).reshape(D, H), np.linspace(-0.3, 0.4, H * C).reshape(H, C)
    net = CS231nNet(W1, np.linspace(-0.1, 0.9, H), W2, np.linspace(-0.9, 0.1, C))
    X, y = np.linspace(-5.5, 4.5, N * D).reshape(D, N).T, np.array([0, 5, 1])
    scores = """11.53165108 12.29173440 13.05181771 13.81190102 14.57198434 15.33206765 16.09215096
        12.05769098 12.74614105 13.43459113 14.12304120 14.81149128 15.49994135 16.18839143
        12.58373087 13.20054771 13.81736455 14.43418138 15.05099822 15.66781506 16.28463190""".split()
    assert_shows(list(zip(net.scores(X).data.ravel(), scores, strict=True)))
    assert_shows([(net.loss(X, y, 0.0), "3.4702243556"), (net.loss(X, y, 0.5), "26.5948426952")])


def test_cs231n_momentum():
    """CS231n assignment 2, FullyConnectedNets.ipynb, SGD+Momentum: rate 1e-3, momentum 0.9, and a velocity v that is there already.

    There v ← 0.9 v - η dw and w ← w + v: our velocity is -v/η. A step from w - v with gradient -v/η leads to w with that velocity.
    """
    w, dw, v = (np.linspace(first, last, 20).reshape(4, 5) for first, last in ((-0.4, 0.6), (-0.6, 0.4), (0.6, 0.9)))
    parameter = variable(w - v)
    sgd = SGD([parameter], lr=1e-3, momentum=0.9)
    for gradient in (-v / 1e-3, dw):
        parameter.grad = gradient
        sgd.step()
    expected = """0.14060000 0.20738947 0.27417895 0.34096842 0.40775789 0.47454737 0.54133684 0.60812632 0.67491579 0.74170526
        0.80849474 0.87528421 0.94207368 1.00886316 1.07565263 1.14244211 1.20923158 1.27602105 1.34281053 1.40960000""".split()
    assert_shows(list(zip(parameter.data.ravel(), expected, strict=True)))


class Mazur:
    """Mazur, "A Step by Step Backpropagation Example" (2015), mattmazur.com: 2-2-2 sigmoids, rate 0.5, biases not trained.

    Its w1, w2 lead into h1, and so on: they are the columns of our W1 and W2.
    """

    def __init__(self):
        self.W1, self.W2 = variable([[0.15, 0.25], [0.20, 0.30]]), variable([[0.40, 0.50], [0.45, 0.55]])
        self.sgd = SGD([self.W1, self.W2], lr=0.5)

    def forward(self):
        self.h = sigmoid(linear(Tensor([[0.05, 0.10]]), self.W1, Tensor([0.35, 0.35])))
        self.net = linear(self.h, self.W2, Tensor([0.60, 0.60]))
        self.out = sigmoid(self.net)
        miss = self.out - np.array([[0.01, 0.99]])
        return 0.5 * (miss * miss).sum()


def test_mazur_forward_pass_and_gradients():
    net = Mazur()
    error = net.forward()
    assert_shows([(net.h.data[0, 0], "0.593269992"), (net.h.data[0, 1], "0.596884378"), (error, "0.298371109")])
    assert_shows([(net.out.data[0, 0], "0.75136507"), (net.out.data[0, 1], "0.772928465")])
    error.backward()
    assert_shows([(net.W2.grad[0, 0], "0.082167041"), (net.W1.grad[0, 0], "0.000438568")])


def test_mazur_updated_weights_and_error():
    net = Mazur()
    net.forward().backward()
    net.sgd.step()
    assert_shows(list(zip(net.W1.data.T.ravel(), "0.149780716 0.19956143 0.24975114 0.29950229".split(), strict=True)))
    assert_shows(list(zip(net.W2.data.T.ravel(), "0.35891648 0.408666186 0.511301270 0.561370121".split(), strict=True)))
    # The article prints 0.291027924, which its own weights do not give: see the next test.
    assert_shows([(net.forward(), "0.291027774")])


def test_mazur_error_when_the_output_layer_is_updated_first():
    """The 0.291027924 of the article is what its script gave: w5..w8 were replaced before w1..w4 saw them, which its text warns against."""
    net = Mazur()
    net.forward().backward()
    net.W2.data = net.W2.data - 0.5 * net.W2.grad
    linear(net.h, net.W2, Tensor([0.60, 0.60])).backward(net.net.grad)
    net.W1.data = net.W1.data - 0.5 * net.W1.grad
    assert_shows([(net.forward(), "0.291027924")])


def test_mazur_ten_thousand_steps():
    """The published 0.0000351085 is the error in the forward pass of step 10,000; after it, the outputs are near 0.0159 and 0.9841."""
    net = Mazur()
    for _ in range(10_000):
        error = net.forward()
        error.backward()
        net.sgd.step()
    net.forward()
    assert_shows([(error, "0.0000351085"), (net.out.data[0, 0], "0.0159"), (net.out.data[0, 1], "0.9841")])


def test_survey_of_automatic_differentiation():
    """Baydin, Pearlmutter, Radul and Siskind, JMLR 18 (2018), tables 2 and 3: ln x₁ + x₁x₂ - sin x₂ at (2, 5)."""
    x1, x2 = variable(2), variable(5)
    y = x1.log() + x1 * x2 - x2.sin()
    y.backward()
    assert_shows([(y, "11.652"), (x1.grad, "5.5"), (x2.grad, "1.716")])


def test_autograd_readme():
    """HIPS autograd, README.md: the slope at 1 of a tanh written with exponentials, 0.419974341614026."""
    x = variable(1.0)
    y = ((1.0 - (-2.0 * x).exp()) / (1.0 + (-2.0 * x).exp())).sum()
    y.backward()
    assert_shows([(x.grad, "0.419974341614026")])


def test_pytorch_blitz():
    """PyTorch, "Deep learning with PyTorch: a 60 minute blitz", autograd: 3(x + 2)² over ones; and 3a³ - b² with an upstream of ones."""
    x = variable(np.ones((2, 2)))
    out = ((x + 2) * (x + 2) * 3).mean()
    out.backward()
    assert out.data == 27 and (x.grad == 4.5).all()
    a, b = variable([2.0, 3.0]), variable([6.0, 4.0])
    (3 * a**3 - b**2).backward([1.0, 1.0])
    assert (a.grad.tolist(), b.grad.tolist()) == ([36, 81], [-12, -8])


def test_dive_into_deep_learning():
    """Zhang and others, "Dive into Deep Learning", section 2.5: 2 xᵀx at (0, 1, 2, 3)."""
    x = variable(np.arange(4.0))
    y = 2 * (x * x).sum()
    y.backward()
    assert y.data == 28 and x.grad.tolist() == [0, 4, 8, 12]


def test_exclusive_or_of_the_deep_learning_book():
    """Goodfellow, Bengio and Courville, "Deep Learning" (2016), section 6.1: two ReLUs that compute XOR."""
    X = Tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    hidden = linear(X, Tensor([[1.0, 1.0], [1.0, 1.0]]), Tensor([0.0, -1.0])).relu()
    assert hidden.data.tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert linear(hidden, Tensor([[1.0], [-2.0]]), Tensor([0.0])).data.ravel().tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(("start", "first", "last"), [((0.6, 0.9), "0.82", "0.09"), ((2.0, 2.0), "0.98", None)])
def test_slow_start_of_a_saturated_neuron(start, first, last):
    """Nielsen, "Neural Networks and Deep Learning", chapter 3: a neuron learns to turn 1 into 0 by the quadratic cost, η = 0.15.

    From 0.6 and 0.9 it gets to 0.09 in his 300 epochs; from 2 and 2 "for the first 150 or so" little happens.
    """
    w, b = map(variable, start)
    sgd = SGD([w, b], lr=0.15)
    outputs = []
    for _ in range(301):
        a = sigmoid(w * 1.0 + b)
        outputs.append(a.data)
        (a * a / 2).backward()
        sgd.step()
    assert_shows([(outputs[0], first)])
    if last:
        assert_shows([(outputs[300], last)])
    else:
        assert outputs[150] > 0.9 > outputs[200]
