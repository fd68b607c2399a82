namespace Thesis.Engine.Tomography;

/// <summary>One picture of a figure.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Hounsfield">The pixels in HU, row by row; differences too.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Window">What is black and what is white.</param>
public sealed record FigurePanel(string Title, float[] Hounsfield, int Rows, int Columns, DisplayWindow Window);
