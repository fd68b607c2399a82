namespace Thesis.Engine.Faces;

/// <summary>A model that makes features of aligned faces, whatever runs it.</summary>
internal interface IEmbeddingModel : IDisposable
{
    /// <summary>The faces of one run; 0 where it may be any number.</summary>
    int Batch { get; }

    /// <summary>The rows of a face.</summary>
    int Rows { get; }

    /// <summary>The columns of a face.</summary>
    int Columns { get; }

    /// <summary>The values of a feature.</summary>
    int Dimension { get; }

    /// <summary>Makes ready for runs on some threads, and says how many of them may go side by side.</summary>
    int Begin(int threads);

    /// <summary>The output for an input of some faces.</summary>
    /// <param name="input">faces x 3 x Rows x Columns values.</param>
    /// <param name="faces">The number of faces.</param>
    float[] Run(float[] input, int faces);
}
