using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>Images and labels as tensors.</summary>
internal static class ImageBatches
{
    /// <summary>Images in [0, 1], N x C x H x W float32, in the order of <paramref name="indices"/>.</summary>
    public static Tensor Images(ILabelledImages images, ReadOnlySpan<int> indices, Device device)
    {
        var values = new float[indices.Length * images.Shape.Count];
        for (var i = 0; i < indices.Length; i++) images.CopyImage(indices[i], values.AsSpan(i * images.Shape.Count));
        return Tensor(values, images.Shape, device);
    }

    /// <summary>The same, each image changed by draws of <paramref name="random"/>.</summary>
    public static Tensor Images(
        ILabelledImages images, ReadOnlySpan<int> indices, ImageAugmentation augmentation, SeededRandom random,
        Device device)
    {
        if (augmentation == ImageAugmentation.None) return Images(images, indices, device);
        var shape = images.Shape;
        var values = new float[indices.Length * shape.Count];
        var image = new float[shape.Count];
        for (var i = 0; i < indices.Length; i++)
        {
            images.CopyImage(indices[i], image);
            var down = random.NextInt32((2 * augmentation.Shift) + 1) - augmentation.Shift;
            var right = random.NextInt32((2 * augmentation.Shift) + 1) - augmentation.Shift;
            var mirror = augmentation.Mirror && random.NextInt32(2) == 1;
            Move(image, values.AsSpan(i * shape.Count, shape.Count), shape, down, right, mirror);
        }

        return Tensor(values, shape, device);
    }

    /// <summary>The labels, N int64.</summary>
    public static Tensor Labels(ILabelledImages images, ReadOnlySpan<int> indices, Device device)
    {
        var labels = new long[indices.Length];
        for (var i = 0; i < indices.Length; i++) labels[i] = images.Label(indices[i]);
        using var onHost = tensor(labels);
        return onHost.to(device, copy: true);
    }

    /// <summary>Writes the image shifted, and mirrored after that; the target is zero where nothing comes to lie.</summary>
    internal static void Move(
        ReadOnlySpan<float> image, Span<float> target, ImageShape shape, int down, int right, bool mirror)
    {
        target.Clear();
        for (var row = 0; row < shape.Channels * shape.Height; row++)
        {
            var y = row % shape.Height;
            if (y - down < 0 || y - down >= shape.Height) continue;
            var from = image.Slice((row - down) * shape.Width, shape.Width);
            var to = target.Slice(row * shape.Width, shape.Width);
            var first = Math.Max(0, right);
            var count = shape.Width - Math.Abs(right);
            if (count > 0) from.Slice(first - right, count).CopyTo(to[first..]);
            if (mirror) to.Reverse();
        }
    }

    private static Tensor Tensor(float[] values, ImageShape shape, Device device)
    {
        using var onHost = tensor(values, [values.Length / shape.Count, shape.Channels, shape.Height, shape.Width]);
        return onHost.to(device, copy: true);
    }
}
