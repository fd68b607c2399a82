using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using TorchSharp;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Faces;

/// <summary>
/// The networks' layers and counts against the published ones, and their numbers against loops written for the test.
/// </summary>
public sealed class EmbeddingNetworkTests
{
    public EmbeddingNetworkTests() => TorchBackend.EnsureLoaded();

    // K = 1,024 weights of each convolution as the paper's table lists them, and of the layer for its 10,548 identities.
    [Fact]
    public void The_DCNN_has_the_weights_of_its_table()
    {
        using var network = Outline("dcnn", 100);
        var weights = Weights(network);
        string[] names =
            ["conv11", "conv12", "conv21", "conv22", "conv31", "conv32", "conv41", "conv42", "conv51", "conv52"];
        Assert.Equal(names, weights.Keys);
        Assert.Equal([18, 36, 72, 108, 162, 216, 288, 360, 450], weights.Values.Skip(1).Select(count => count / 1024.0));
        using var head = new IdentityHead(network.Dimension, 10_548, null, new Device(DeviceType.META));
        Assert.Equal(3_296, (int)(320 * 10_548 / 1024.0));
        Assert.Equal((320 + 1) * 10_548, head.parameters().Sum(parameter => parameter.numel()));
        // Beside them a bias a channel, and a slope a channel of all layers but the last.
        var channels = 32 + 64 + 64 + 128 + 96 + 192 + 128 + 256 + 160 + 320;
        Assert.Equal(weights.Values.Sum() + channels + (channels - 320),
            network.parameters().Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void The_base_of_All_in_One_has_seven_convolutions_and_two_of_its_three_connected_layers()
    {
        using var network = Outline("all-in-one", 227);
        Assert.Equal(
            new Dictionary<string, long>
            {
                ["conv1"] = 11 * 11 * 3 * 96, ["conv2"] = 5 * 5 * 96 * 256, ["conv3"] = 9 * 256 * 384,
                ["conv4"] = 9 * 384 * 384,
                ["conv5"] = 9 * 384 * 512, ["conv6"] = 9 * 512 * 512, ["conv7"] = 9 * 512 * 512,
                // 227, 55, 27, 13, 6.
                ["fc6"] = 6 * 6 * 512 * 1024, ["fc7"] = 1024 * 512,
            },
            Weights(network));
        Assert.Equal(512, network.Dimension);
    }

    // torchvision's resnet101 has 44,549,160 parameters, of them 2,049,000 in its layer for 1,000 classes.
    [Fact]
    public void ResNet_101_has_the_parameters_of_torchvision_s()
    {
        using var network = Outline("resnet101", 224);
        var trunk = network.named_parameters().Where(pair =>
            !pair.name.StartsWith("fc.", StringComparison.Ordinal)).ToArray();
        Assert.Equal(44_549_160 - 2_049_000, trunk.Sum(pair => pair.parameter.numel()));
        // A hundred convolutions and the layer behind them are the 101; four more make shortcuts.
        var convolutions = trunk.Count(pair => pair.parameter.dim() == 4);
        Assert.Equal(100 + 4, convolutions);
        foreach (var (stage, units) in new[] { (1, 3), (2, 4), (3, 23), (4, 3) })
        {
            Assert.Equal(units, trunk.Count(pair => pair.name.StartsWith($"layer{stage}.", StringComparison.Ordinal)
                && pair.name.EndsWith(".conv2.weight", StringComparison.Ordinal)));
        }

        var shapes = trunk.ToDictionary(pair => pair.name, pair => pair.parameter.shape);
        Assert.Equal([64L, 3, 7, 7], shapes["conv1.weight"]);
        Assert.Equal([256L, 1024, 1, 1], shapes["layer3.22.conv1.weight"]);
        Assert.Equal([2048L, 1024, 1, 1], shapes["layer4.0.downsample.0.weight"]);
        Assert.Equal(512, network.Dimension);
    }

    [Theory]
    [InlineData("dcnn", 100, 1.0, 320)]
    [InlineData("dcnn", 9, 0.1, 32)]
    [InlineData("dcnn", 9, 0.001, 16)]
    [InlineData("all-in-one", 67, 0.1, 48)]
    [InlineData("resnet101", 32, 0.05, 32)]
    public void A_face_becomes_a_feature(string name, int side, double width, int dimension)
    {
        using var scope = NewDisposeScope();
        var shape = new ImageShape(3, side, side);
        EmbeddingArchitecture.Find(name).RequireShape(shape);
        using var network = Create(name, shape, width);
        network.eval();
        using var guard = no_grad();
        var features = network.forward(zeros([2, 3, side, side]));
        Assert.Equal([2L, dimension], features.shape);
        Assert.Equal(dimension, network.Dimension);
        Assert.True(features.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData("dcnn", 8)]
    [InlineData("all-in-one", 66)]
    [InlineData("resnet101", 31)]
    public void An_image_that_is_too_small_is_refused(string name, int side) =>
        Assert.Equal("ArchitectureShapeInvalid", Assert.Throws<InputException>(
            () => EmbeddingArchitecture.Find(name).RequireShape(new ImageShape(3, side, 100))).ErrorId);

    [Fact]
    public void An_unknown_name_is_refused_with_the_nearest()
    {
        var found = Assert.Throws<InputException>(() => EmbeddingArchitecture.Find("resnet100"));
        Assert.Equal("ArchitectureUnknown", found.ErrorId);
        Assert.Contains("resnet101", found.Message, StringComparison.Ordinal);
    }

    // 21 pixels: poolings with a row and a column left over, 21, 11, 6, 3, 2.
    [Fact]
    public void The_DCNN_s_numbers_are_those_of_plain_loops()
    {
        using var scope = NewDisposeScope();
        using var network = Create("dcnn", new ImageShape(3, 21, 21), 0.06);
        network.to(ScalarType.Float64);
        network.eval();
        using var guard = no_grad();
        Draw(network);
        var images = randn([1, 3, 21, 21], ScalarType.Float64);
        var values = network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.data<double>().ToArray());
        var planes = Planes.Of(images);
        for (var layer = 0; layer < 10; layer++)
        {
            var name = $"{(layer / 2) + 1}{(layer % 2) + 1}";
            if (layer > 0 && layer % 2 == 0) planes = planes.Pool(2, 2, partial: true);
            planes = planes.Convolve(values[$"conv{name}.weight"], values[$"conv{name}.bias"], 3, 1, 1);
            if (layer < 9) planes = planes.Rectify(values[$"prelu{name}.weight"]);
        }

        Assert.Equal(planes.Means(), network.forward(images).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-10);
    }

    [Fact]
    public void The_numbers_of_All_in_One_are_those_of_plain_loops()
    {
        using var scope = NewDisposeScope();
        using var network = Create("all-in-one", new ImageShape(3, 70, 75), 0.02);
        network.to(ScalarType.Float64);
        network.eval();
        using var guard = no_grad();
        Draw(network);
        var images = randn([1, 3, 70, 75], ScalarType.Float64);
        var values = network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.data<double>().ToArray());
        (int Kernel, int Stride, int Padding, bool Pools)[] layers =
            [(11, 4, 0, true), (5, 1, 2, true), (3, 1, 1, false), (3, 1, 1, false), (3, 1, 1, false),
                (3, 1, 1, false), (3, 1, 1, true)];
        var planes = Planes.Of(images);
        for (var i = 1; i <= layers.Length; i++)
        {
            var (kernel, stride, padding, pools) = layers[i - 1];
            planes = planes.Convolve(values[$"conv{i}.weight"], values[$"conv{i}.bias"], kernel, stride,
                padding).Rectify(values[$"prelu{i}.weight"]);
            if (pools) planes = planes.Pool(3, 2, partial: false);
        }

        var hidden = Planes.Of(planes.Connect(values["fc6.weight"], values["fc6.bias"])).Rectify(values["prelu8.weight"]);
        Assert.Equal(
            hidden.Connect(values["fc7.weight"], values["fc7.bias"]),
            network.forward(images).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-10);
    }

    // TorchVision's own network, with its weights, and statistics of the batch normalisation that are no zeros and ones.
    [Fact]
    public void ResNet_101_gives_the_features_of_torchvision_s()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var theirs = torchvision.models.resnet101(num_classes: 512);
        using var ours = Create("resnet101", new ImageShape(3, 64, 96), 1);
        using var generator = new Generator(7, CPU);
        var state = theirs.state_dict();
        foreach (var (name, value) in state)
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal)) value.uniform_(-0.1, 0.1, generator);
            if (name.EndsWith("running_var", StringComparison.Ordinal)) value.uniform_(0.5, 1.5, generator);
        }

        foreach (var (name, value) in ours.state_dict()) value.copy_(state[name]);
        theirs.eval();
        ours.eval();
        var images = rand([2, 3, 64, 96]);
        var (expected, found) = (theirs.forward(images), ours.forward(images));
        Assert.True(expected.abs().max().item<float>() > 0.1);
        Assert.True((expected - found).abs().max().item<float>() < 1e-4 * expected.abs().max().item<float>());
    }

    // With zeros for weights what is left is a chain that can be written down.
    [Fact]
    public void A_bottleneck_adds_its_input_and_strides_in_its_middle()
    {
        using var scope = NewDisposeScope();
        using var network = Create("resnet101", new ImageShape(3, 32, 32), 1 / 64.0);
        network.to(ScalarType.Float64);
        network.eval();
        using var guard = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            parameter.zero_();
            if (name.Contains("bn", StringComparison.Ordinal)
                && name.EndsWith("weight", StringComparison.Ordinal)) parameter.fill_(Held(1));
            if (name.Contains("downsample.1", StringComparison.Ordinal)
                && name.EndsWith("weight", StringComparison.Ordinal)) parameter.fill_(Held(1));
            if (name.EndsWith("downsample.0.weight", StringComparison.Ordinal)) parameter.fill_(Held(0.5));
            if (name == "conv1.weight") parameter[0, 0, 3, 3].fill_(Held(1));
            if (name == "fc.weight") parameter.fill_(Held(1));
        }

        // What a unit adds is zero, so it passes its input on, and the first of a stage half of the sum over its
        // channels: one of 16
        // that holds something, and then all 64.
        var features = network.forward(ones([1, 3, 32, 32], ScalarType.Float64));
        var expected = Math.Pow(1 + 1e-5, -5 / 2.0) * 0.5 * Math.Pow(64 * 0.5, 3) * 64;
        Assert.Equal(16, network.Dimension);
        Assert.Equal(expected, features[0, 0].item<double>(), 1e-9 * expected);
    }

    // With means of 0, variances of 1 - epsilon, scales of 1 and no shifts it is the network without it.
    [Theory]
    [InlineData("dcnn", 21, 10)]
    [InlineData("all-in-one", 67, 7)]
    public void Batch_normalisation_is_a_layer_after_each_convolution(string name, int side, int layers)
    {
        using var scope = NewDisposeScope();
        var shape = new ImageShape(3, side, side);
        using var plain = Create(name, shape, 0.05);
        using var normalised = Create(name, shape, 0.05, normalised: true);
        using var guard = no_grad();
        var names = normalised.state_dict().Keys.Except(plain.state_dict().Keys).ToArray();
        Assert.Equal(5 * layers, names.Length);
        Assert.All(names, added => Assert.StartsWith("bn", added, StringComparison.Ordinal));
        foreach (var (key, value) in plain.state_dict()) normalised.state_dict()[key].copy_(value);
        foreach (var key in names.Where(key =>
            key.EndsWith("running_var", StringComparison.Ordinal))) normalised.state_dict()[key].fill_(Held(1 - 1e-5));
        foreach (var network in new[] { plain, normalised }) network.eval();
        var images = rand([2, 3, side, side]);
        Assert.True((plain.forward(images) - normalised.forward(images)).abs().max().item<float>() < 1e-4);
    }

    private static EmbeddingNetwork Outline(string name, int side) =>
        EmbeddingArchitecture.Find(name).Outline(new ImageShape(3, side, side), new EmbeddingSize());

    private static EmbeddingNetwork Create(string name, ImageShape shape, double width, bool normalised = false)
    {
        var network = EmbeddingArchitecture.Find(name).Create(shape, new EmbeddingSize(width, normalised));
        using var generator = new Generator(3, CPU);
        network.Initialise(generator);
        return network;
    }

    // Biases and slopes with values of their own, too.
    private static void Draw(nn.Module network)
    {
        using var generator = new Generator(5, CPU);
        foreach (var parameter in network.parameters().Where(parameter => parameter.dim() == 1)) parameter.uniform_(
            -0.5, 0.5, generator);
    }

    // Of convolutions and connected layers.
    private static Dictionary<string, long> Weights(nn.Module network) => network.named_parameters()
        .Where(pair => pair.parameter.dim() >= 2).ToDictionary(pair => pair.name[..^".weight".Length], pair =>
            pair.parameter.numel());

    private sealed record Planes(double[,,] Values)
    {
        private int Channels => Values.GetLength(0);

        private int Rows => Values.GetLength(1);

        private int Columns => Values.GetLength(2);

        public static Planes Of(Tensor image)
        {
            var (shape, flat) = (image.shape, image.data<double>().ToArray());
            return Make((int)shape[1], (int)shape[2], (int)shape[3], (c, y, x) =>
                flat[(((c * shape[2]) + y) * shape[3]) + x]);
        }

        public static Planes Of(double[] values) => Make(values.Length, 1, 1, (c, _, _) => values[c]);

        public Planes Convolve(double[] weights, double[] biases, int kernel, int stride, int padding) => Make(
            biases.Length, ((Rows + (2 * padding) - kernel) / stride) + 1,
            ((Columns + (2 * padding) - kernel) / stride) + 1, (c, y, x) =>
            {
                var sum = biases[c];
                for (var k = 0; k < Channels * kernel * kernel; k++)
                {
                    var (row, column) =
                        ((y * stride) - padding + (k / kernel % kernel), (x * stride) - padding + (k % kernel));
                    if (row < 0 || column < 0 || row >= Rows || column >= Columns) continue;
                    sum += weights[(c * Channels * kernel * kernel) + k] * Values[k / (kernel * kernel), row, column];
                }

                return sum;
            });

        // The largest of a window; windows that begin inside and end outside count where partial.
        public Planes Pool(int kernel, int stride, bool partial)
        {
            int Length(int length) =>
                partial ? ((length - kernel + stride - 1) / stride) + 1 : ((length - kernel) / stride) + 1;
            return Make(Channels, Length(Rows), Length(Columns), (c, y, x) =>
                (from row in Enumerable.Range(y * stride, kernel)
                 from column in Enumerable.Range(x * stride, kernel)
                 where row < Rows && column < Columns
                 select Values[c, row, column]).Max());
        }

        public Planes Rectify(double[] slopes) =>
            Make(Channels, Rows, Columns, (c, y, x) => Values[c, y, x] > 0 ? Values[c, y, x] : slopes[c] * Values[c, y, x]);

        public double[] Means() =>
            [.. Enumerable.Range(0, Channels).Select(c => Flat().Skip(c * Rows * Columns).Take(Rows * Columns).Average())];

        public double[] Connect(double[] weights, double[] biases)
        {
            double[] flat = [.. Flat()];
            return [.. biases.Select((bias, c) =>
                bias + flat.Select((value, k) => value * weights[(c * flat.Length) + k]).Sum())];
        }

        private IEnumerable<double> Flat() => Values.Cast<double>();

        private static Planes Make(int channels, int rows, int columns, Func<int, int, int, double> value)
        {
            var made = new double[channels, rows, columns];
            for (var c = 0; c < channels; c++)
            {
                for (var y = 0; y < rows; y++)
                {
                    for (var x = 0; x < columns; x++) made[c, y, x] = value(c, y, x);
                }
            }

            return new Planes(made);
        }
    }
}
